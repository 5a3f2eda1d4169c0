/**
 * Measures this library against NumPy and PyTorch in one run, in turns: `deno task bench [workload …]`. Ratios above 1
 * say how many times faster this library is. `BENCH_PYTHON` names a Python with NumPy and PyTorch.
 */
// deno-lint-ignore-file no-console
import { cpus } from "node:os";
import { accuracy } from "./accuracy.ts";
import { coldStart } from "./cold_start.ts";
import { corpus, largeNet, oneSentence } from "./contests.ts";
import { deletion } from "./deletion.ts";
import { findPython } from "./environment.ts";
import { gru } from "./gru.ts";
import { memory } from "./memory.ts";
import { referenceEngine } from "./reference_engine.ts";
import { scalingCurves } from "./scaling.ts";
import { sideBySide } from "./side_by_side.ts";
import { toys } from "./toys.ts";
import { twin } from "./twin.ts";

const ALL = {
  one: oneSentence,
  corpus,
  large: largeNet,
  gru,
  deletion,
  toys,
  twin,
  cold: coldStart,
  accuracy,
  memory,
  scaling: scalingCurves,
  reference: referenceEngine,
  batch: sideBySide,
};

const WITH_PEERS = ["one", "corpus", "large", "gru", "deletion", "toys"];

const unknown = Deno.args.find((name) => !Object.hasOwn(ALL, name));
if (unknown !== undefined) {
  console.error(`Cannot measure ${unknown}: workloads are ${Object.keys(ALL).join(", ")}`);
  Deno.exit(2);
}
const chosen = Object.entries(ALL).filter(([name]) => Deno.args.length === 0 || Deno.args.includes(name));
const python = chosen.some(([name]) => WITH_PEERS.includes(name))
  ? await findPython(console.error)
  : undefined;
console.log(`${cpus()[0]?.model}, ${cpus().length} cores; Deno ${Deno.version.deno}, V8 ${Deno.version.v8}`);
for (const [name, run] of chosen) {
  console.log(`\n## ${name}`);
  console.log(await run(python));
}
