import { kernel, publish } from "./display.ts";
import { plotlyLoader } from "./plotly_source.ts";

/**
 * Puts plotly.js into the notebook's page once (0.67 MB, no network), so that figures are interactive offline.
 *
 * Figures shown before it become interactive too. Without it they are pictures, and interactive in VS Code. It does
 * nothing outside a notebook.
 *
 * @example In the first cell of a notebook
 * ```ts
 * import { initNotebook } from "@relprop/lrp/plot";
 *
 * await initNotebook();
 * ```
 */
export async function initNotebook(): Promise<void> {
  if (kernel() === undefined) return;
  const message = "Figures are interactive where this notebook is trusted.";
  await publish({
    "text/html": `<script>${await plotlyLoader()}</script><small>${message}</small>`,
    "text/plain": message,
  });
}
