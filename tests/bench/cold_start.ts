import { projectRoot } from "../support/project_root.ts";
import { contest, measure } from "./contest.ts";

/** From the start of the process to the first explanation by the shipped model, printed. */
export async function coldStart(): Promise<string> {
  const program = new URL("first_explanation.ts", import.meta.url).pathname;
  const run = (file: string) => () =>
    measure(async () => {
      const { success, stderr } = await new Deno.Command(Deno.execPath(), {
        args: ["run", "--allow-read", "--no-check", file],
        cwd: projectRoot,
      }).output();
      if (!success) throw new Error(new TextDecoder().decode(stderr));
    });
  const empty = await Deno.makeTempFile({ suffix: ".ts" });
  const [first, nothing] = await contest([
    { name: "first explanation", run: run(program) },
    { name: "empty program", run: run(empty) },
  ], { rounds: 15 });
  await Deno.remove(empty);
  return `first explanation ${first!.wall.toFixed(0)} ms on the clock, empty program ${
    nothing!.wall.toFixed(0)
  } ms`;
}
