import { projectRoot } from "../support/project_root.ts";

const FOLDER = new URL(".cache/bench/", projectRoot);

/**
 * The Python to measure against: the one that `BENCH_PYTHON` names, else one of our own with NumPy and PyTorch, which
 * is installed on the first run. Nothing if neither can be had, with a word about what is missing.
 */
export async function findPython(say: (text: string) => void): Promise<string | undefined> {
  const named = Deno.env.get("BENCH_PYTHON");
  const python = named ?? new URL("bin/python", FOLDER).pathname;
  if (await works(python)) return python;
  if (named) {
    say(`no peers: ${named} cannot import numpy and torch`);
    return undefined;
  }
  say("installing NumPy and PyTorch into .cache/bench, once; it may take minutes and 5 GB …");
  const steps = [
    ["python3", "-m", "venv", FOLDER.pathname],
    [python, "-m", "pip", "install", "--quiet", "numpy", "torch"],
  ];
  for (const [command, ...args] of steps) {
    try {
      const { success, stderr } = await new Deno.Command(command!, { args }).output();
      const reason = new TextDecoder().decode(stderr).trim().split("\n").at(-1);
      if (!success) throw new Error(`${command} ${args.join(" ")} failed: ${reason}`);
    } catch (error) {
      say(
        `no peers: ${
          error instanceof Error ? error.message : error
        }; set BENCH_PYTHON to a Python that has both`,
      );
      return undefined;
    }
  }
  return python;
}

async function works(python: string): Promise<boolean> {
  try {
    return (await new Deno.Command(python, { args: ["-c", "import numpy, torch"] }).output()).success;
  } catch {
    return false;
  }
}
