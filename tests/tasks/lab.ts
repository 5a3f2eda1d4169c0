/** Opens JupyterLab on the notebooks, with the kernel of Deno: `deno task lab [options of jupyter lab]`. */
// deno-lint-ignore-file no-console
import { fileURLToPath } from "node:url";
import { jupyterFolder } from "../support/browser/browser.ts";
import { jupyterProgram } from "../support/browser/jupyter_lab.ts";
import { projectRoot } from "../support/project_root.ts";

if (jupyterFolder === undefined) {
  console.error(`JupyterLab is not installed. One command gets it:

  python3 -m pip install jupyterlab

Then run this task again. Where it is not on the path, RELPROP_JUPYTER names the folder of its programs.`);
  Deno.exit(1);
}

// Fails where the kernel is already known, which is as good.
await new Deno.Command(Deno.execPath(), { args: ["jupyter", "--install"], stdout: "null", stderr: "null" })
  .output();
const { code } = await new Deno.Command(jupyterProgram("jupyter-lab"), {
  args: [fileURLToPath(new URL("notebooks/", projectRoot)), ...Deno.args],
}).spawn().status;
Deno.exit(code);
