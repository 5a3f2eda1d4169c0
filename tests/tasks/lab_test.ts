import { assertEquals, assertStringIncludes } from "@std/assert";
import { fileURLToPath } from "node:url";
import { projectRoot } from "../support/project_root.ts";

/** Runs the task with a home and a path of its own. */
async function lab(
  home: string,
  env: Record<string, string>,
  args: string[] = [],
): Promise<Deno.CommandOutput> {
  const task = fileURLToPath(new URL("tests/tasks/lab.ts", projectRoot));
  const config = fileURLToPath(new URL("deno.json", projectRoot));
  const cache = await new Deno.Command(Deno.execPath(), { args: ["info", "--json"] }).output();
  const { denoDir } = JSON.parse(new TextDecoder().decode(cache.stdout));
  return await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-lock", "--allow-all", "--config", config, task, ...args],
    clearEnv: true,
    env: { HOME: home, DENO_DIR: denoDir, NO_COLOR: "1", ...env },
  }).output();
}

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

Deno.test("deno task lab says how to get JupyterLab where it is not installed", async () => {
  const home = await Deno.makeTempDir();
  const { code, stdout, stderr } = await lab(home, { PATH: home });
  await Deno.remove(home, { recursive: true });
  assertEquals([code, text(stdout)], [1, ""]);
  assertStringIncludes(text(stderr), "JupyterLab is not installed.");
  assertStringIncludes(text(stderr), "python3 -m pip install jupyterlab");
});

Deno.test({
  name:
    "deno task lab installs the kernel, and opens the folder of the notebooks with the options that it is given",
  ignore: Deno.build.os !== "linux", // Jupyter keeps its kernels elsewhere on others
  fn: async () => {
    const home = await Deno.makeTempDir();
    // Stands for JupyterLab: it tells what it is asked.
    await Deno.writeTextFile(`${home}/jupyter-lab`, '#!/bin/sh\necho "$@"\nexit 3\n', { mode: 0o755 });
    const { code, stdout } = await lab(home, { PATH: "/bin:/usr/bin", RELPROP_JUPYTER: home }, [
      "--port",
      "7",
    ]);
    const kernel = await Deno.readTextFile(`${home}/.local/share/jupyter/kernels/deno/kernel.json`);
    await Deno.remove(home, { recursive: true });
    const notebooks = fileURLToPath(new URL("notebooks/", projectRoot));
    assertEquals([code, text(stdout)], [3, `${notebooks} --port 7\n`]);
    assertEquals(JSON.parse(kernel).argv.slice(1, 3), ["jupyter", "--kernel"]);
  },
});
