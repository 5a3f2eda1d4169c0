/**
 * Measures this library against NumPy and PyTorch in one run, in turns: `deno task bench [workload …]`. Ratios above 1
 * say how many times faster this library is. `BENCH_PYTHON` names a Python with NumPy and PyTorch.
 */
// deno-lint-ignore-file no-console
import { cpus } from "node:os";
import { coldStart } from "./cold_start.ts";
import { corpus, largeNet, oneSentence } from "./contests.ts";
import { findPython } from "./environment.ts";
import { scalingCurves } from "./scaling.ts";

const ALL = { one: oneSentence, corpus, large: largeNet, cold: coldStart, scaling: scalingCurves };

const unknown = Deno.args.find((name) => !Object.hasOwn(ALL, name));
if (unknown !== undefined) {
  console.error(`Cannot measure ${unknown}: workloads are ${Object.keys(ALL).join(", ")}`);
  Deno.exit(2);
}
const python = await findPython(console.error);
console.log(`${cpus()[0]?.model}, ${cpus().length} cores; Deno ${Deno.version.deno}, V8 ${Deno.version.v8}`);
for (const [name, run] of Object.entries(ALL)) {
  if (Deno.args.length > 0 && !Deno.args.includes(name)) continue;
  console.log(`\n## ${name}`);
  console.log(await run(python));
}
