import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { readOnnxFile } from "../../lib/io/mod.ts";
import { answers, run } from "./run_command.ts";
import { MLP, withModel } from "./with_model.ts";

const example = (id: number): string => `${JSON.stringify({ id, values: [id, 1, -1, 0.5] })}\n`;

Deno.test("compile writes a model, and prints the plan and the sizes", () =>
  withModel(MLP, async (path, folder) => {
    const { code, output } = await run([
      "compile",
      path,
      "--composite",
      "epsilonPlus",
      "-o",
      `${folder}/out.onnx`,
    ]);
    assertEquals(code, 0);
    assertStringIncludes(output, "epsilon (ε 0.000001)");
    assertStringIncludes(output, `${folder}/out.onnx: `);
    assertStringIncludes(output, "outputs: output, relevance\n");
    const { graph } = await readOnnxFile(`${folder}/out.onnx`);
    assertEquals(graph.outputs.map(({ name }) => name), ["output", "relevance"]);
  }));

Deno.test("compile takes the name of the model, sizes, and a target", () =>
  withModel(MLP, async (path) => {
    const { code } = await run(["compile", path, "--shape", "5,4", "--target", "class", "--start", "one"]);
    assertEquals(code, 0);
    const { graph } = await readOnnxFile(path.replace(".onnx", ".lrp.onnx"));
    assertEquals(graph.inputs.map(({ name, shape }) => [name, shape]), [["x", [5, 4]], ["class", [5]]]);
  }));

const wrong: [string[], string][] = [
  [["compile"], "Cannot compile: one model file must be given, got 0"],
  [
    ["compile", "MODEL", "--composite", "best"],
    'Cannot compile: --composite must be one of epsilonPlus, epsilonPlusFlat, epsilonAlpha2Beta1, epsilonAlpha2Beta1Flat, epsilonGammaBox, deepTaylor, excitationBackpropagation, attnLrp, cpLrp, lrpAll, gradient, guidedBackpropagation, got "best"',
  ],
  [["compile", "MODEL", "--epsilon", "small"], 'Cannot compile: --epsilon must be a number, got "small"'],
  [
    ["compile", "MODEL", "--composite", "epsilonGammaBox"],
    "Cannot compile: --composite epsilonGammaBox must come with --low and --high",
  ],
  [
    ["compile", "MODEL", "--composite", "deepTaylor", "--low", "0"],
    "Cannot compile: --composite deepTaylor must come with both --low and --high, or none",
  ],
  [
    ["compile", "MODEL", "--shape", "N;4"],
    'Cannot compile: --shape must hold sizes and names, such as N,3,224,224, got "N;4"',
  ],
  [
    ["explain", "--model", "MODEL", "--batch", "0"],
    'Cannot explain: --batch must be a whole number from 1 to 1000000, got "0"',
  ],
  [
    ["explain", "--model", "MODEL", "--engine", "fast"],
    'Cannot explain: --engine must be one of auto, onnxruntime-node, onnxruntime-web, reference, got "fast"',
  ],
  [
    ["explain", "--model", "MODEL", "--target", "class"],
    'Cannot explain: --target must be predicted, got "class"',
  ],
];
for (const [args, message] of wrong) {
  Deno.test(`${args.join(" ")} is refused`, () =>
    withModel(MLP, async (path) => {
      const { code, messages } = await run(args.map((word) => word === "MODEL" ? path : word));
      assertEquals([code, messages], [2, `${message}\n`]);
    }));
}

Deno.test("compile takes recurrent layers of any length, and explain texts of several lengths", () =>
  withModel("gru, dynamo exporter, operator set 18", async (path) => {
    const { code, output } = await run(["compile", path, "--composite", "lrpAll", "--shape", "N,T"]);
    assertEquals(code, 0);
    assertMatch(output, /inputs: x \[N, T\]\noutputs: output, relevance\n$/);
    const texts = [[1, 2, 3, 4], [5, 6], [1, 2, 3, 4, 5, 6, 7]];
    const input = texts.map((ids) => `${JSON.stringify({ ids })}\n`).join("");
    const explained = await run(["explain", "--model", path.replace(".onnx", ".lrp.onnx")], input);
    assertEquals(answers(explained.output).map(({ relevance }) => relevance.length), [4, 2, 7]);
  }));

Deno.test("explain takes models that are compiled and models that are not, with the same answers", () =>
  withModel(MLP, async (path) => {
    await run(["compile", path]);
    const input = `${example(1)}{"id":2}\n${example(3)}{"id":4,"values":[1,2]}\n${example(5)}`;
    const runs = await Promise.all(
      [path, path.replace(".onnx", ".lrp.onnx")].map((model) =>
        run(["explain", "--model", model, "--engine", "reference", "--batch", "2"], input)
      ),
    );
    assertEquals(runs.map(({ code }) => code), [1, 1]);
    const [first, second] = runs.map(({ output }) => answers(output));
    assertEquals(first, second);
    assertEquals(first.map(({ id }) => id), [1, 2, 3, 4, 5]);
    assertEquals(first[1].error, 'Cannot read the line: it must be a JSON object with "values" or "ids"');
    assertEquals(first[3].error, 'Cannot explain: input "x" must have shape [batch, 4], got [1, 2]');
    assertEquals(first[4].relevance.length, 4);
    const composite = await run(["explain", "--model", path.replace(".onnx", ".lrp.onnx"), "--epsilon", "1"]);
    assertEquals(
      composite.messages,
      "Cannot explain: --epsilon must come with a model that is not compiled yet\n",
    );
  }));

Deno.test("explain goes on where it stopped, loses nothing and repeats nothing", () =>
  withModel(MLP, async (path, folder) => {
    const input = Array.from({ length: 20 }, (_, i) => example(i)).join("");
    const args = ["explain", "--model", path, "--engine", "reference", "--batch", "3", "--output"];
    await run([...args, `${folder}/whole.jsonl`], input);
    const whole = await Deno.readTextFile(`${folder}/whole.jsonl`);
    assertEquals(answers(whole).map(({ id }) => id), Array.from({ length: 20 }, (_, i) => i));
    // A run that is stopped anywhere leaves a beginning of this, perhaps in the middle of a line.
    for (let length = 0; length <= whole.length; length += 97) {
      await Deno.writeTextFile(`${folder}/part.jsonl`, whole.slice(0, length));
      await run([...args, `${folder}/part.jsonl`], input);
      const resumed = await Deno.readTextFile(`${folder}/part.jsonl`);
      assert(
        resumed.split("\n").length === 21 && answers(resumed).every(({ id }, i) => id === i),
        `cut at ${length}`,
      );
    }
  }));
