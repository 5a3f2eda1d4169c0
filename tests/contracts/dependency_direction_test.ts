import { assertEquals, assertGreater } from "@std/assert";
import { findCycle, type Import, moduleGraph } from "../support/module_graph.ts";
import { exportEntries, projectFiles } from "../support/project_files.ts";

/** A folder may import values from itself and from folders of a lower level. */
const LEVELS: Record<string, number> = {
  "": 0,
  tensor: 1,
  kernels: 1,
  ops: 2,
  plot: 2,
  layers: 3,
  rules: 3.5, // rules know layers, layers do not know rules
  networks: 4,
  recurrent: 4,
  io: 5,
  compiler: 6,
  runtime: 6,
  models: 6,
  attribution: 6,
  evaluation: 7,
  training: 7,
  explore: 8,
  cli: 8,
};

const FOLDER = /^lib\/(?:([^/]+)\/)?/;

const folderOf = (path: string): string => path.match(FOLDER)?.[1] ?? "";

const describe = ({ from, to }: Import): string => `${from} imports ${to}`;

const entries = [
  ...new Set([
    ...Object.values(exportEntries()).map((path) => path.replace("./", "")),
    // Workers are started by address, so that no module imports them.
    ...projectFiles("lib/").filter((path) => /^lib\/[^/]+\/mod\.ts$|\.worker\.ts$/.test(path)),
  ]),
];
const graph = await moduleGraph(entries);
const ofLibrary = graph.filter(({ from }) => from.startsWith("lib/"));
const values = ofLibrary.filter(({ typeOnly }) => !typeOnly);

Deno.test("the module graph is there", () => {
  assertGreater(values.filter(({ to }) => to === "lib/errors.ts").length, 0);
  assertGreater(ofLibrary.filter(({ typeOnly }) => typeOnly).length, 0);
});

Deno.test("every folder of lib has a level", () => {
  const folders = new Set(projectFiles("lib/").map(folderOf));
  assertEquals([...folders].filter((folder) => !(folder in LEVELS)), []);
});

Deno.test("values are imported from a lower level or the own folder", () => {
  const upward = values.filter(({ from, to }) => {
    if (!to.startsWith("lib/")) return !/^(npm|node):/.test(to);
    const [own, other] = [folderOf(from), folderOf(to)];
    return own !== other && LEVELS[other]! >= LEVELS[own]!;
  });
  assertEquals(upward.map(describe), []);
});

Deno.test("kernels import nothing, not even types", () => {
  const outward = ofLibrary.filter(({ from, to }) =>
    folderOf(from) === "kernels" && folderOf(to) !== "kernels"
  );
  assertEquals(outward.map(describe), []);
});

Deno.test("plot imports values only from tensor, statistics, options, described and errors", () => {
  const allowed =
    /^lib\/(plot\/|tensor\/|statistics\.ts$|options\.ts$|described\.ts$|errors\.ts$)|^(npm|node):/;
  const outward = values.filter(({ from, to }) => folderOf(from) === "plot" && !allowed.test(to));
  assertEquals(outward.map(describe), []);
});

Deno.test("types come from the library and npm, never from tests or the assertion module", () => {
  const outward = ofLibrary.filter(({ to }) => !/^(lib\/|npm:|node:)/.test(to));
  assertEquals(outward.map(describe), []);
});

Deno.test("no modules import each other in a circle", () => {
  assertEquals(findCycle(values), []);
});

Deno.test("findCycle() finds a circle behind a chain", () => {
  const pairs = [["a", "b"], ["b", "c"], ["c", "d"], ["d", "b"]];
  const imports = pairs.map(([from, to]) => ({ from: from!, to: to!, typeOnly: false, lazy: false }));
  assertEquals(findCycle(imports), ["b", "c", "d", "b"]);
  assertEquals(findCycle(imports.slice(0, 3)), []);
});
