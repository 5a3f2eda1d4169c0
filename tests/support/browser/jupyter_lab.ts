import { fileURLToPath } from "node:url";
import { projectRoot } from "../project_root.ts";
import { jupyterFolder } from "./browser.ts";

/** How long the server may take to listen. */
const START_TIMEOUT_MS = 60_000;

/** The program of Jupyter with a name, such as `jupyter-lab`. */
export function jupyterProgram(name: string): string {
  return `${jupyterFolder!}/${name}`;
}

/** A folder inside the project, so that its kernels find the project's `deno.json`; removed after use. */
export async function scratchFolder(): Promise<URL & AsyncDisposable> {
  const cache = new URL(".cache/", projectRoot);
  await Deno.mkdir(cache, { recursive: true });
  const path = await Deno.makeTempDir({ dir: fileURLToPath(cache), prefix: "lab-" });
  return Object.assign(new URL(`file://${path}/`), {
    [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }),
  });
}

/** Where Jupyter keeps what it knows of a user: apart from the real user's. */
export async function jupyterEnvironment(folder: URL): Promise<Record<string, string>> {
  const home = fileURLToPath(new URL(".jupyter/", folder));
  await Deno.mkdir(`${home}kernels/deno`, { recursive: true });
  const argv = [Deno.execPath(), "jupyter", "--kernel", "--conn", "{connection_file}"];
  const kernel = { argv, display_name: "Deno", language: "typescript", env: { NO_COLOR: "1" } };
  await Deno.writeTextFile(`${home}kernels/deno/kernel.json`, JSON.stringify(kernel));
  const settings = `${home}settings/@jupyterlab/notebook-extension`;
  await Deno.mkdir(settings, { recursive: true });
  // All cells are drawn at once, also those out of sight.
  await Deno.writeTextFile(`${settings}/tracker.jupyterlab-settings`, `{"windowingMode":"none"}`);
  return {
    JUPYTER_PATH: home,
    JUPYTER_DATA_DIR: `${home}data`,
    JUPYTER_CONFIG_DIR: `${home}config`,
    JUPYTER_RUNTIME_DIR: `${home}runtime`,
    JUPYTERLAB_SETTINGS_DIR: `${home}settings`,
    JUPYTERLAB_WORKSPACES_DIR: `${home}workspaces`,
    NO_COLOR: "1",
  };
}

/** A JupyterLab that serves one folder. */
export class JupyterLab implements AsyncDisposable {
  readonly #process: Deno.ChildProcess;
  /** Where it listens. */
  readonly address: string;

  private constructor(process: Deno.ChildProcess, address: string) {
    this.#process = process;
    this.address = address;
  }

  /** Starts the server and waits until it answers. */
  static async start(folder: URL): Promise<JupyterLab> {
    const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = listener.addr as Deno.NetAddr;
    listener.close();
    const address = `http://127.0.0.1:${port}`;
    const process = new Deno.Command(jupyterProgram("jupyter-lab"), {
      args: [
        "--no-browser",
        "--allow-root",
        "--ip=127.0.0.1",
        `--port=${port}`,
        "--ServerApp.port_retries=0",
        "--IdentityProvider.token=",
        "--LabApp.expose_app_in_browser=True",
        `--ServerApp.root_dir=${fileURLToPath(folder)}`,
      ],
      env: await jupyterEnvironment(folder),
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    const lab = new JupyterLab(process, address);
    const end = performance.now() + START_TIMEOUT_MS;
    while (performance.now() < end) {
      const isUp = await fetch(`${address}/api`).then((r) => r.json()).then(() => true, () => false);
      if (isUp) return lab;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    await lab[Symbol.asyncDispose]();
    throw new Error(`Cannot start JupyterLab: it must answer within ${START_TIMEOUT_MS} ms`);
  }

  /** Shuts the kernels down, which would outlive the server, and the server. */
  async [Symbol.asyncDispose](): Promise<void> {
    const kernels = await fetch(`${this.address}/api/kernels`).then((r) => r.json(), () => []) as {
      id: string;
    }[];
    await Promise.all(kernels.map(async ({ id }) => {
      await fetch(`${this.address}/api/kernels/${id}`, { method: "DELETE" }).then(
        (r) => r.body?.cancel(),
        () => {},
      );
    }));
    this.#process.kill("SIGTERM");
    const killer = setTimeout(() => this.#process.kill("SIGKILL"), 10_000);
    await this.#process.status;
    clearTimeout(killer);
  }
}
