import { projectRoot } from "./project_root.ts";

/** What git ignores, and git's own folder. */
const NOT_OURS = [/^\.git$/, /^\.cache$/, /^node_modules$/, /^\.deno\.offline\./];

/** A file of the project: its path from the root, with slashes. */
export type ProjectFile = string;

/** All files of the project, sorted; below one folder if it is given. */
export function projectFiles(folder: string = ""): ProjectFile[] {
  const found: ProjectFile[] = [];
  for (const entry of Deno.readDirSync(new URL(folder, projectRoot))) {
    if (NOT_OURS.some((pattern) => pattern.test(entry.name))) continue;
    const path = folder + entry.name;
    if (entry.isDirectory) found.push(...projectFiles(`${path}/`));
    else found.push(path);
  }
  return found.sort();
}

/** The text of a file of the project; undefined if it is not text. */
export function readText(file: ProjectFile): string | undefined {
  const bytes = Deno.readFileSync(new URL(file, projectRoot));
  return bytes.includes(0) ? undefined : new TextDecoder().decode(bytes);
}

/** The entry points that users import from: the path of the module by its name, such as `./tensor`. */
export function exportEntries(): Record<string, string> {
  return JSON.parse(Deno.readTextFileSync(new URL("deno.json", projectRoot))).exports;
}

/** Runs this Deno in the root of the project, and gives what it prints. */
export async function runDeno(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args,
    cwd: projectRoot,
    env: { NO_COLOR: "1" },
  }).output();
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  return { code, stdout: out!, stderr: err! };
}
