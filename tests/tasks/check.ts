/** Checks everything that needs no run: layout, lint, types, documentation, the package: `deno task check`. */
// deno-lint-ignore-file no-console
import { assertSourceOptions } from "../support/assert_source.ts";
import { exportEntries, runDeno } from "../support/project_files.ts";

const STEPS: readonly string[][] = [
  ["fmt", "--check"],
  ["lint"],
  ["check", "--quiet", ...await assertSourceOptions(), "mod.ts", "lib", "tests"],
  ["doc", "--lint", ...Object.values(exportEntries())],
  ["publish", "--dry-run", "--allow-dirty"],
];

/** Some modules hold data in lines that would bury the rest. */
const WIDTH = 300;

let failed = 0;
for (const [command, ...options] of STEPS) {
  const { code, stdout, stderr } = await runDeno(command!, ...options);
  console.log(`${code === 0 ? "ok    " : "failed"} deno ${command}`);
  if (code === 0) continue;
  failed++;
  console.log((stdout + stderr).split("\n").map((line) => line.slice(0, WIDTH)).join("\n"));
}
Deno.exit(failed === 0 ? 0 : 1);
