/**
 * Runs the tests, and the examples of the documentation as tests: `deno task test [paths and options of deno test]`.
 *
 * The last line is `N passed, N failed`, counted from the report that `deno test` writes, so that it stays true
 * whatever reporter is chosen.
 */
// deno-lint-ignore-file no-console
import { assertSourceOptions } from "./support/assert_source.ts";
import { projectRoot } from "./support/project_root.ts";

const EVERYTHING = ["mod.ts", "lib", "README.md", "tests"];

const isPath = (argument: string): boolean => {
  try {
    return !argument.startsWith("-") && Boolean(Deno.statSync(new URL(argument, projectRoot)));
  } catch {
    return false;
  }
};

const report = await Deno.makeTempFile({ suffix: ".xml" });
const { code } = await new Deno.Command(Deno.execPath(), {
  args: [
    "test",
    "--allow-all",
    "--doc",
    "--junit-path",
    report,
    ...await assertSourceOptions(),
    ...Deno.args,
    ...Deno.args.some(isPath) ? [] : ["--parallel", ...EVERYTHING],
  ],
  cwd: projectRoot,
}).spawn().status;

const text = await Deno.readTextFile(report);
await Deno.remove(report);
const count = (tag: string): number => text.split(`<${tag}`).length - 1;
const failed = count("failure ");
const passed = count("testcase ") - failed - count("skipped/");
// A module that does not compile, or throws while it loads, leaves no failed case in the report.
console.log(`${passed} passed, ${code === 0 ? failed : Math.max(failed, 1)} failed`);
Deno.exit(code);
