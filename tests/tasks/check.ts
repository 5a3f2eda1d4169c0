/** Checks everything that needs no run: layout, lint, types, documentation, the package: `deno task check`. */
// deno-lint-ignore-file no-console
import { assertSourceOptions } from "../support/assert_source.ts";
import { projectRoot } from "../support/project_root.ts";
import { exportEntries } from "../support/project_files.ts";

const STEPS: readonly string[][] = [
  ["fmt", "--check"],
  ["lint"],
  ["check", ...await assertSourceOptions(), "mod.ts", "lib", "tests"],
  ["doc", "--lint", ...Object.values(exportEntries())],
  ["publish", "--dry-run", "--allow-dirty"],
];

const failed: string[] = [];
for (const [command, ...options] of STEPS) {
  const name = `deno ${command}`;
  console.log(`\n${name}`);
  const { code } = await new Deno.Command(Deno.execPath(), {
    args: [command!, ...options],
    cwd: projectRoot,
  }).spawn().status;
  if (code !== 0) failed.push(name);
}
console.log(failed.length === 0 ? "\nAll checks passed" : `\nFailed: ${failed.join(", ")}`);
Deno.exit(failed.length === 0 ? 0 : 1);
