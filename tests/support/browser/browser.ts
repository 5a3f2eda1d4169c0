import type { Browser, Page } from "playwright-core";

/** Where Debian, Alpine and others put Chromium, after what the environment says. */
const CANDIDATES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** The first of some programs that is installed. */
async function findProgram(names: readonly string[]): Promise<string | undefined> {
  for (const folder of (Deno.env.get("PATH") ?? "").split(Deno.build.os === "windows" ? ";" : ":")) {
    for (const name of names) {
      const path = `${folder}/${name}`;
      if (await Deno.stat(path).then(({ isFile }) => isFile, () => false)) return path;
    }
  }
}

/** Chromium: `RELPROP_CHROMIUM`, or what is found on the path. */
export const chromiumPath: string | undefined = Deno.env.get("RELPROP_CHROMIUM") ??
  await findProgram(CANDIDATES);

/** The folder of Jupyter's programs: `RELPROP_JUPYTER`, or that of `jupyter-lab` on the path. */
export const jupyterFolder: string | undefined = Deno.env.get("RELPROP_JUPYTER") ??
  (await findProgram(["jupyter-lab"]))?.replace(/[/\\][^/\\]*$/, "");

/** Starts Chromium without a window. */
export async function startBrowser(): Promise<Browser> {
  const { chromium } = await import("playwright-core");
  return await chromium.launch({ executablePath: chromiumPath!, args: ["--no-sandbox", "--disable-gpu"] });
}

/** What a page complained about, without what is not ours. */
export function watchErrors(page: Page, isForeign: (text: string) => boolean = () => false): string[] {
  const errors: string[] = [];
  const note = (text: string): void => void (isForeign(text) || errors.push(text));
  page.on("pageerror", (error) => note(error.message));
  page.on("console", (message) => void (message.type() === "error" && note(message.text())));
  return errors;
}

/** A test that is left out, with its reason printed, where a program is not installed. */
export function browserTest(
  name: string,
  run: (t: Deno.TestContext) => Promise<void>,
  { jupyter = false } = {},
): void {
  const missing = [
    ...chromiumPath === undefined ? ["Chromium (on the path, or RELPROP_CHROMIUM)"] : [],
    ...jupyter && jupyterFolder === undefined
      ? ["JupyterLab (on the path, or its folder in RELPROP_JUPYTER)"]
      : [],
  ];
  // deno-lint-ignore no-console
  if (missing.length > 0) console.log(`Left out: ${name}: needs ${missing.join(" and ")}`);
  // Playwright keeps its process and its sockets for the whole module.
  Deno.test({ name, ignore: missing.length > 0, sanitizeOps: false, sanitizeResources: false, fn: run });
}
