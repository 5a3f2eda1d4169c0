import type { Browser, Page } from "playwright-core";
import type { JupyterLab } from "./jupyter_lab.ts";

/** The part of JupyterLab's application that is used here. */
interface LabApplication {
  readonly commands: { execute(name: string): Promise<unknown> };
  readonly shell: { readonly currentWidget: LabNotebook | null };
}

interface LabNotebook {
  readonly context: {
    readonly isReady: boolean;
    readonly sessionContext: { readonly ready: Promise<void>; restartKernel(): Promise<void> };
    save(): Promise<void>;
  };
  readonly content: { readonly model: { toJSON(): { cells: LabCell[] }; readonly cells: LabCells } | null };
}

interface LabCells {
  readonly length: number;
  get(index: number): { readonly trusted: boolean };
}

/** A cell of a notebook as JupyterLab holds it. */
export interface LabCell {
  readonly cell_type: string;
  readonly execution_count?: number | null;
  readonly outputs?: { readonly output_type: string; readonly data?: Record<string, unknown> }[];
}

declare global {
  /** Set by JupyterLab, which is asked to. */
  var jupyterapp: LabApplication;
}

/** Opens a notebook and waits until it is drawn and has its kernel. */
export async function openNotebook(browser: Browser, lab: JupyterLab, path: string): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 1000 } });
  await page.goto(`${lab.address}/lab/tree/${path}?reset`);
  await page.waitForFunction(
    () => globalThis.jupyterapp?.shell.currentWidget?.context?.isReady === true,
    undefined,
    { timeout: 60_000 },
  );
  await page.evaluate(() => globalThis.jupyterapp.shell.currentWidget!.context.sessionContext.ready);
  return page;
}

/** The cells with their outputs. */
export function labCells(page: Page): Promise<LabCell[]> {
  return page.evaluate(() => globalThis.jupyterapp.shell.currentWidget!.content.model!.toJSON().cells);
}

/** Runs all cells in a kernel that has just been started. */
export async function restartAndRunAll(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const { commands, shell } = globalThis.jupyterapp;
    await commands.execute("notebook:clear-all-cell-outputs");
    await shell.currentWidget!.context.sessionContext.restartKernel();
    await commands.execute("notebook:run-all-cells");
  });
}

/** Runs one of JupyterLab's commands and says yes to what it asks. */
export async function commandWithDialog(page: Page, command: string): Promise<void> {
  const done = page.evaluate((name) => globalThis.jupyterapp.commands.execute(name), command);
  await page.locator(".jp-Dialog .jp-mod-accept").click();
  await done;
}

/** Saves the notebook. */
export async function saveNotebook(page: Page): Promise<void> {
  await page.evaluate(() => globalThis.jupyterapp.shell.currentWidget!.context.save());
}

/** Waits until the page has done what it put off with a timer of no delay. */
export async function settle(page: Page): Promise<void> {
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve)));
}

/** How many different colors each picture of the page has, in the order of the pictures; 0 for one that is broken. */
export function pictureColors(page: Page, within: string): Promise<number[]> {
  return page.evaluate(async (selector) => {
    const images = Array.from(document.querySelectorAll<HTMLImageElement>(`${selector} img`));
    return await Promise.all(images.map(async (image) => {
      if (await image.decode().then(() => false, () => true)) return 0;
      const canvas = document.createElement("canvas");
      [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
      const context = canvas.getContext("2d")!;
      context.drawImage(image, 0, 0);
      const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
      return new Set(new Uint32Array(data.buffer)).size;
    }));
  }, within);
}

/** A picture of the page, for people: written where `RELPROP_SCREENSHOTS` says. */
export async function screenshot(page: Page, name: string): Promise<void> {
  const folder = Deno.env.get("RELPROP_SCREENSHOTS");
  if (folder === undefined) return;
  await Deno.mkdir(folder, { recursive: true });
  // JupyterLab scrolls inside its window: the window is made as high as the notebook.
  const size = page.viewportSize()!;
  const toTop = (): Promise<number> =>
    page.evaluate(() => {
      const notebook = document.querySelector(".jp-WindowedPanel-outer");
      notebook?.scrollTo(0, 0);
      return notebook?.scrollHeight ?? 0;
    });
  const height = await toTop();
  if (height > 0) {
    await page.setViewportSize({ ...size, height: height + 200 });
    await page.waitForTimeout(500);
    await toTop();
    await page.waitForTimeout(500);
  }
  await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true });
  await page.setViewportSize(size);
}
