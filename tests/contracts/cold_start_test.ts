import { assert, assertEquals } from "@std/assert";
import { loadedWith, moduleGraph } from "../support/module_graph.ts";

/** What `explain` loads, command by command and model by model, before the first answer. */
const EXPLAIN = ["lib/cli/mod.ts", "lib/cli/explain_command.ts", "lib/io/models/intent_classifier.ts"];

/** Folders of network graphs, of pictures and of what is done with many answers; a recurrent net is explained without. */
const NOT_NEEDED =
  /^lib\/(networks|layers|compiler|runtime|plot|evaluation|training|explore|io\/(onnx|pickle))\//;

/** Small files that know of these folders but load nothing from them. */
const LEAVES = /^lib\/(layers\/arity|networks\/require_composite|plot\/text\/\w+)\.ts$/;

const graph = await moduleGraph(EXPLAIN);

Deno.test("explain loads no network graphs, compilers or pictures for the shipped model", () => {
  const loaded = loadedWith(graph, EXPLAIN);
  assert(loaded.includes("lib/recurrent/recurrent_classifier.ts"));
  assertEquals(loaded.filter((module) => NOT_NEEDED.test(module) && !LEAVES.test(module)), []);
});

Deno.test("explain loads no package of npm, and of Node only what reads its options", () => {
  assertEquals(loadedWith(graph, EXPLAIN).filter((module) => !module.startsWith("lib/")), ["node:util"]);
});

Deno.test("loadedWith() leaves out types and what is loaded late", () => {
  const of = (from: string, to: string, kind = ""): (typeof graph)[number] => ({
    from,
    to,
    typeOnly: kind === "type",
    lazy: kind === "lazy",
  });
  const imports = [of("a", "b"), of("b", "c"), of("a", "d", "type"), of("c", "e", "lazy"), of("e", "f")];
  assertEquals(loadedWith(imports, ["a"]), ["a", "b", "c"]);
});
