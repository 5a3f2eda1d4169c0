import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { run } from "./run_command.ts";

Deno.test("calls that are wrong as a whole say why, with code 2", async () => {
  const messages: [string[], string][] = [
    [["explode"], 'Cannot run the command: it must be explain or compile, got "explode"'],
    [
      ["explain", "--method", "magic"],
      "Cannot explain: --method must be one of lrp, sensitivity, gradient-times-input, occlusion, " +
      'integrated-gradients, random, got "magic"',
    ],
    [["explain", "--format", "pdf"], 'Cannot explain: --format must be one of jsonl, html, text, got "pdf"'],
    [["explain", "--detail", "all"], 'Cannot explain: --detail must be one of tokens, full, got "all"'],
    [["explain", "--eps", "small"], 'Cannot explain: --eps must be a number, got "small"'],
    [
      ["explain", "--vocabulary", "words.json"],
      "Cannot explain: --vocabulary must come with a .safetensors file as --model, got the shipped model",
    ],
    [
      ["explain", "--model", "x.safetensors", "--embeddings", "e.npy"],
      "Cannot explain: --embeddings must come with a folder as --model, got a .safetensors file",
    ],
    [
      ["explain", "--unknown-token", "x"],
      "Cannot explain: --unknown-token must come with a folder or a .safetensors file as --model, got the shipped model",
    ],
    [
      ["explain", "--seed", "3"],
      "Cannot explain: --seed must come with --method random, got --method lrp",
    ],
    [
      ["explain", "--method", "random", "--seed", "1.5"],
      "Cannot make a random generator: the seed must be a whole number from 0 to 2^53 - 1, got 1.5",
    ],
    [
      ["explain", "--format", "html", "--detail", "full"],
      "Cannot explain: --detail must come with --format jsonl, got --format html",
    ],
    [
      ["explain", "--target", "7"],
      "Cannot attribute class 7: the network has 7 classes, numbered 0 to 6",
    ],
    [
      ["explain", "--target", "Nonsense"],
      "Cannot attribute a label: it must be one of AddToPlaylist, BookRestaurant, GetWeather, PlayMusic, RateBook, " +
      'SearchCreativeWork, SearchScreeningEvent, got "Nonsense"',
    ],
    [["explain", "--eps", "-1"], "Cannot use LRP: epsilon must be a finite number of at least 0, got -1"],
    [["explain", "--eps=-1"], "Cannot use LRP: epsilon must be a finite number of at least 0, got -1"],
    [
      ["explain", "--method", "occlusion", "--eps", "1"],
      "Cannot explain: --eps must come with --method lrp, got --method occlusion",
    ],
  ];
  for (const [args, message] of messages) {
    const result = await run(
      args.map((arg) => arg === "-1" ? "=-1" : arg).join(" ").replace(" =", "=").split(" "),
    );
    assertEquals([result.code, result.output, result.messages], [2, "", `${message}\n`]);
  }
  assertMatch((await run(["explain", "--nonsense"])).messages, /^Cannot explain: .*--nonsense/);
  for (const model of ["no/such/folder", "no/such/model.safetensors"]) {
    const { code, messages } = await run(["explain", "--model", model]);
    assertEquals(code, 2);
    assertMatch(messages, /^Cannot explain: the files of --model must be readable, got .*no\/such\//);
  }
});

Deno.test("help is printed on request", async () => {
  assertStringIncludes((await run(["explain", "--help"])).output, "--bias-factor");
  assertEquals((await run(["explain", "-h"])).output, (await run(["explain", "--help"])).output);
  assertStringIncludes((await run(["--help"])).output, "explain");
  assertEquals((await run([])).code, 2);
});

Deno.test("the program reads its standard input and ends with the code", async () => {
  const program = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "lib/cli/mod.ts", "explain"],
    cwd: new URL("../../", import.meta.url),
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = program.stdin.getWriter();
  await writer.write(new TextEncoder().encode('{"text":"play some jazz"}\nbad\n'));
  await writer.close();
  const { code, stdout } = await program.output();
  assertEquals(code, 1);
  assertEquals(new TextDecoder().decode(stdout).trimEnd().split("\n").length, 2);
});
