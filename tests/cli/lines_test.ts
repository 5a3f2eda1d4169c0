import { assertEquals } from "@std/assert";
import { type Run, run } from "./run_command.ts";
import { MLP, withModel } from "./with_model.ts";

const explain = (model: string, input: string, ...options: string[]): Promise<Run> =>
  run(["explain", "--model", model, "--engine", "reference", ...options], input);

Deno.test("lines that are no example get an error in their place, whatever they hold", () =>
  withModel(MLP, async (path) => {
    const object = 'it must be a JSON object with "values" or "ids"';
    const json = "it must be JSON, got other text";
    const lines: [string, string][] = [
      ["", json],
      ["not json", json],
      ['{"values":[1,2,3,NaN]}', json],
      ["[1,2,3,4]", object],
      ["5", object],
      ["null", object],
      ['"values"', object],
      ['{"values":{}}', object],
      ['{"values":"1,2,3,4"}', object],
      ['{"values":[1,2,"3",null]}', 'it must hold numbers, got "3"'],
      ['{"values":[1,2,3,null]}', "it must hold numbers, got null"],
      [
        '{"values":[[1],[2,3]]}',
        "Cannot make a tensor: lists on axis 1 must all have length 1, got 2",
      ],
      [`{"values":[1,2,3,4],"id":"${"x".repeat(2 ** 26)}"}`, "it must have at most 67108864 bytes, got more"],
    ];
    const good = '{"id":"ü😀","values":[1,2,3,4]}';
    const { code, output } = await explain(path, [...lines.map(([line]) => line), good].join("\n"));
    assertEquals(code, 1);
    const answers = output.trimEnd().split("\n").map((line) => JSON.parse(line));
    assertEquals(
      answers.slice(0, -1),
      lines.map(([, error], i) => ({ line: i + 1, error: `Cannot read the line: ${error}` })),
    );
    assertEquals([answers.at(-1).id, answers.at(-1).relevance.length], ["ü😀", 4]);
  }));

Deno.test("examples that the model cannot take get its error, and do not take the others with them", () =>
  withModel(MLP, async (path) => {
    const lines = ["[1,2,3,4]", "[[1,2,3,4]]", "[1,2,3,1e999]", "[]", "[4,3,2,1]"];
    const { code, output } = await explain(path, lines.map((values) => `{"values":${values}}`).join("\n"));
    const answers = output.trimEnd().split("\n").map((line) => JSON.parse(line));
    assertEquals([code, ...answers.map(({ error }) => error)], [
      1,
      undefined,
      'Cannot explain: input "x" must have shape [batch, 4], got [1, 1, 4]',
      'Cannot explain: input "x" must be finite, got Infinity at [0, 3]',
      'Cannot explain: input "x" must have shape [batch, 4], got [1, 0]',
      undefined,
    ]);
  }));

Deno.test("no lines give no answers, and a last line needs no end", () =>
  withModel(MLP, async (path) => {
    assertEquals(await explain(path, ""), { code: 0, output: "", messages: "" });
    const [one, two] = [
      await explain(path, '{"values":[1,2,3,4]}'),
      await explain(path, '{"values":[1,2,3,4]}\r\n'),
    ];
    assertEquals(one, two);
  }));

Deno.test("a file that holds no answers is not written over, and no folder is read", () =>
  withModel(MLP, async (path, folder) => {
    const notes = `${folder}/notes.txt`;
    await Deno.writeTextFile(notes, "what I must not lose");
    const message = async (...options: string[]): Promise<string> => {
      const { code, messages } = await explain(path, '{"values":[1,2,3,4]}', ...options);
      assertEquals(code, 2);
      return messages;
    };
    assertEquals(
      await message("--output", notes),
      'Cannot explain: --output must be a new file or hold answers, got "what I must not lose" at its start\n',
    );
    assertEquals(await Deno.readTextFile(notes), "what I must not lose");
    assertEquals(
      await message("--input", folder),
      "Cannot explain: the file of --input must be readable, got a folder\n",
    );
    assertEquals(
      await message("--input", `${folder}/none.jsonl`),
      `Cannot explain: the file of --input must be readable, got No such file or directory (os error 2): stat '${folder}/none.jsonl'\n`,
    );
    assertEquals(
      await message("--output", `${folder}/none/r.jsonl`),
      `Cannot explain: the file of --output must be writable, got No such file or directory (os error 2): open '${folder}/none/r.jsonl'\n`,
    );
  }));

Deno.test("a reader that goes away ends a run with a network in silence", () =>
  withModel(MLP, async (path) => {
    const process = new Deno.Command("bash", {
      args: [
        "-o",
        "pipefail",
        "-c",
        'yes \'{"values":[1,2,3,4]}\' | head -n 20000 | "$0" run -A lib/cli/mod.ts explain --model "$1" --engine reference | head -n 2',
        Deno.execPath(),
        path,
      ],
      cwd: new URL("../../", import.meta.url),
    });
    const { stdout, stderr } = await process.output();
    assertEquals([new TextDecoder().decode(stdout).split("\n").length, new TextDecoder().decode(stderr)], [
      3,
      "",
    ]);
  }));

Deno.test("an output that takes no more ends the command with a message", async () => {
  const process = new Deno.Command("bash", {
    args: [
      "-c",
      'echo \'{"ids":[3]}\' | "$0" run -A lib/cli/mod.ts explain > /dev/full',
      Deno.execPath(),
    ],
    cwd: new URL("../../", import.meta.url),
  });
  const { code, stderr } = await process.output();
  assertEquals([code, new TextDecoder().decode(stderr)], [
    2,
    "Cannot write: the output must be writable, got No space left on device (os error 28)\n",
  ]);
});
