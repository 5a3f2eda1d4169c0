import { assert, assertEquals, assertMatch } from "@std/assert";
import { readNpz, writeNpy, writeNpz } from "../../lib/io/mod.ts";
import { contiguous, type NumericArray, tensor } from "../../lib/tensor/mod.ts";
import { answers, type Run, run } from "./run_command.ts";
import { MLP, withModel } from "./with_model.ts";

const ROWS = 50;
const inputs = tensor(Float64Array.from({ length: ROWS * 4 }, (_, i) => Math.sin(i * i)), [ROWS, 4]);

const explain = (model: string, ...options: string[]): Promise<Run> =>
  run(["explain", "--model", model, "--engine", "reference", ...options]);
const read = async (path: string): Promise<Map<string, NumericArray>> =>
  await readNpz(await Deno.readFile(path));

Deno.test("explain takes npy and npz files, and gives what it gives for lines", () =>
  withModel(MLP, async (path, folder) => {
    await Deno.writeFile(`${folder}/x.npy`, writeNpy(inputs));
    await Deno.writeFile(`${folder}/x.npz`, await writeNpz({ x: inputs }));
    await Deno.writeFile(`${folder}/any.npz`, await writeNpz({ arr_0: inputs }));
    await run(["compile", path]);
    const lines = Array.from(
      { length: ROWS },
      (_, i) => JSON.stringify({ values: [...contiguous(inputs).subarray(4 * i, 4 * i + 4)] }),
    );
    await Deno.writeTextFile(`${folder}/x.jsonl`, lines.join("\n"));
    const { output } = await explain(path, "--input", `${folder}/x.jsonl`, "--batch", "7");
    const expected = answers(output);
    assertEquals(expected.length, ROWS);
    for (const model of [path, path.replace(".onnx", ".lrp.onnx")]) {
      for (const input of ["x.npy", "x.npz", "any.npz"]) {
        const result = `${folder}/${input}.out.npz`;
        const { code, output, messages } = await explain(
          ...[model, "--input", `${folder}/${input}`] as const,
          ...["--output", result, "--batch", "7"],
        );
        assertEquals([code, messages], [0, ""]);
        assertEquals(output, `${result}: output [50, 3], relevance [50, 4]\n`);
        const given = await read(result);
        assertEquals([...given.keys()], ["output", "relevance"]);
        for (const [name, array] of given) {
          assertEquals([...contiguous(array)], expected.flatMap((answer) => answer[name]));
        }
        await Deno.remove(result);
      }
    }
    const left = [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
    assertEquals(left, ["any.npz", "m.lrp.onnx", "m.onnx", "x.jsonl", "x.npy", "x.npz"]);
  }));

Deno.test("a row that cannot be explained gives NaN and a message, and the rest is explained", () =>
  withModel(MLP, async (path, folder) => {
    const bad = tensor(contiguous(inputs).slice(), [ROWS, 4]);
    bad.set(33, 2, NaN);
    await Deno.writeFile(`${folder}/x.npy`, writeNpy(bad));
    await Deno.writeFile(`${folder}/good.npy`, writeNpy(inputs));
    const result = await explain(path, "--input", `${folder}/x.npy`, "--output", `${folder}/r.npz`);
    assertEquals(
      [result.code, result.messages],
      [1, 'row 33: Cannot explain: input "x" must be finite, got NaN at [0, 2]\n'],
    );
    await explain(path, "--input", `${folder}/good.npy`, "--output", `${folder}/good.npz`);
    const [seen, good] = [await read(`${folder}/r.npz`), await read(`${folder}/good.npz`)];
    const relevance = contiguous(seen.get("relevance")!);
    contiguous(good.get("relevance")!).forEach((value, i) => {
      assertEquals(relevance[i], Math.floor(i / 4) === 33 ? NaN : value);
    });
  }));

Deno.test("a model of a fixed batch, and one with a class for each row, take arrays of any length", () =>
  withModel(MLP, async (path, folder) => {
    const classes = tensor(Float64Array.from({ length: ROWS }, (_, i) => i % 3));
    await Deno.writeFile(`${folder}/x.npz`, await writeNpz({ x: inputs, class: classes }));
    await run(["compile", path, "--shape", "8,4", "--target", "class", "-o", `${folder}/fixed.lrp.onnx`]);
    const input = ["--input", `${folder}/x.npz`];
    await explain(`${folder}/fixed.lrp.onnx`, ...input, "--output", `${folder}/fixed.npz`);
    await explain(path, "--target", "class", ...input, "--output", `${folder}/any.npz`);
    const [fixed, any] = [await read(`${folder}/fixed.npz`), await read(`${folder}/any.npz`)];
    assertEquals(fixed.get("relevance")!.shape, [ROWS, 4]);
    assertEquals([...contiguous(fixed.get("relevance")!)], [...contiguous(any.get("relevance")!)]);
  }));

Deno.test("a run over arrays goes on where it stopped, however much of its files is left", () =>
  withModel(MLP, async (path, folder) => {
    await Deno.writeFile(`${folder}/x.npy`, writeNpy(inputs));
    const call = (output: string): Promise<Run> =>
      explain(path, "--input", `${folder}/x.npy`, "--batch", "4", "--output", output);
    await call(`${folder}/whole.npz`);
    const whole = await Deno.readFile(`${folder}/whole.npz`);
    const parts = await partsOf(`${folder}/whole.npz`);
    const full = parts.get("relevance.npy")!.length;
    for (let length = 0; length <= full; length += 131) {
      const stopped = `${folder}/part.npz.part`;
      await Deno.mkdir(stopped);
      await Deno.writeTextFile(`${stopped}/run.json`, await runOf(call, folder));
      await Deno.writeFile(`${stopped}/output.npy`, parts.get("output.npy")!.subarray(0, length + 60));
      await Deno.writeFile(`${stopped}/relevance.npy`, parts.get("relevance.npy")!.subarray(0, length));
      assertEquals((await call(`${folder}/part.npz`)).code, 0);
      assertEquals(await Deno.readFile(`${folder}/part.npz`), whole, `cut at ${length}`);
      await Deno.remove(`${folder}/part.npz`);
    }
  }));

/** The npy files of an archive, as a run writes them. */
async function partsOf(path: string): Promise<Map<string, Uint8Array>> {
  return new Map([...await read(path)].map(([name, array]) => [`${name}.npy`, writeNpy(array)]));
}

/** What a run notes about itself: that of one that was refused its output. */
async function runOf(call: (output: string) => Promise<Run>, folder: string): Promise<string> {
  const path = `${folder}/blocked.npz`;
  await Deno.mkdir(`${path}.part/output.npy`, { recursive: true });
  const { code, messages } = await call(path);
  assertEquals(code, 2);
  assertMatch(messages, /^Cannot explain: the file of --output must be writable, got Is a directory/);
  const text = await Deno.readTextFile(`${path}.part/run.json`);
  await Deno.remove(`${path}.part`, { recursive: true });
  return text;
}

Deno.test("answers of another run are left alone", () =>
  withModel(MLP, async (path, folder) => {
    await Deno.writeFile(`${folder}/x.npy`, writeNpy(inputs));
    await Deno.writeFile(`${folder}/y.npy`, writeNpy(tensor(contiguous(inputs).slice(0, 40), [10, 4])));
    const output = `${folder}/r.npz`;
    const call = (input: string, ...more: string[]): Promise<Run> =>
      explain(path, "--input", `${folder}/${input}`, "--output", output, ...more);
    await Deno.mkdir(`${output}.part`);
    await Deno.writeTextFile(`${output}.part/run.json`, '{"run":"another"}\n');
    assertEquals(
      (await call("x.npy")).messages,
      `Cannot explain: ${output}.part must be of the same model, input and options, got another run's; remove it to start anew\n`,
    );
    await Deno.remove(`${output}.part`, { recursive: true });
    assertEquals((await call("x.npy")).code, 0);
    const before = await Deno.readFile(output);
    assertEquals((await call("x.npy")).code, 0, "nothing is left to do");
    assertEquals(
      (await call("y.npy")).messages,
      "Cannot explain: --output must be a new file or hold the 10 rows of this run, got 50 rows\n",
    );
    assertEquals(await Deno.readFile(output), before);
    assert(!(await exists(`${output}.part`)));
  }));

const exists = (path: string): Promise<boolean> => Deno.stat(path).then(() => true, () => false);

Deno.test("arrays that do not fit the model are refused as a whole", () =>
  withModel(MLP, async (path, folder) => {
    await Deno.writeFile(`${folder}/three.npy`, writeNpy(tensor([[1, 2, 3]])));
    await Deno.writeFile(`${folder}/names.npz`, await writeNpz({ a: inputs, b: inputs }));
    await Deno.writeFile(`${folder}/none.npy`, writeNpy(tensor(new Float64Array(), [0, 4])));
    await run(["compile", path, "--target", "class", "-o", `${folder}/class.lrp.onnx`]);
    await Deno.writeFile(
      `${folder}/short.npz`,
      await writeNpz({ x: inputs, class: tensor([1]) }),
    );
    const out = ["--output", `${folder}/r.npz`];
    const messages: [string, string, string][] = [
      [path, "three.npy", 'Cannot explain: input "x" must have shape [batch, 4], got [1, 3]\n'],
      [path, "names.npz", "Cannot explain: --input must hold arrays with the names x, got a, b\n"],
      [
        `${folder}/class.lrp.onnx`,
        "three.npy",
        "Cannot explain: --input must hold arrays with the names x, class, got one array without a name\n",
      ],
      [
        `${folder}/class.lrp.onnx`,
        "short.npz",
        "Cannot explain: all arrays of --input must have as many rows, got 50, 1\n",
      ],
    ];
    for (const [model, input, message] of messages) {
      const result = await explain(model, "--input", `${folder}/${input}`, ...out);
      assertEquals([result.code, result.messages], [2, message]);
    }
    const nowhere = await explain(path, "--input", `${folder}/none.npy`, "--output", `${folder}/no/r.npz`);
    assertEquals(
      [nowhere.code, nowhere.messages],
      [
        2,
        `Cannot explain: the file of --output must be writable, got No such file or directory (os error 2): mkdir '${folder}/no/r.npz.part'\n`,
      ],
    );
    const none = await explain(path, "--input", `${folder}/none.npy`, ...out);
    assertEquals([none.code, none.output], [0, `${folder}/r.npz: output [0, 3], relevance [0, 4]\n`]);
    assertEquals((await read(`${folder}/r.npz`)).get("relevance")!.shape, [0, 4]);
  }));

Deno.test("files and options that do not go together are refused", async () => {
  const messages: [string[], string][] = [
    [
      ["--input", "x.npy"],
      "Cannot explain: --output must be an .npz file for an --input of arrays, got none\n",
    ],
    [
      ["--input", "x.npy", "--output", "r.jsonl"],
      'Cannot explain: --output must be an .npz file for an --input of arrays, got "r.jsonl"\n',
    ],
    [
      ["--output", "r.npz"],
      "Cannot explain: --input must be an .npy or .npz file for an --output of arrays, got none\n",
    ],
    [["--threads", "-1"], "Cannot explain: Option '--threads' argument is ambiguous."],
    [["--threads", "1e3"], 'Cannot explain: --threads must be a whole number from 0 to 999, got "1e3"\n'],
  ];
  for (const [options, message] of messages) {
    const { code, messages } = await run(["explain", "--model", "m.onnx", ...options]);
    assertEquals([code, messages.startsWith(message)], [2, true], messages);
  }
});
