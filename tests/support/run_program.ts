import { assertEquals } from "@std/assert";
import { runDeno } from "./project_files.ts";
import { projectRoot } from "./project_root.ts";

/** What a module of the project prints as JSON, in a process of its own. */
export async function runProgram<Report>(path: string, ...args: string[]): Promise<Report> {
  const { href } = new URL(path, projectRoot);
  const { code, stdout, stderr } = await runDeno("run", "-A", "--no-lock", "--no-check", href, ...args);
  assertEquals(code, 0, stderr);
  return JSON.parse(stdout);
}
