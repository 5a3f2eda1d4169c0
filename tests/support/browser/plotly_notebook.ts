import type { Notebook } from "../jupyter/notebook.ts";

/** A notebook with a figure before and one after `initNotebook()`. */
export function plotlyNotebook(): Notebook {
  const cells = [
    `import { barChart, initNotebook } from "@relprop/lrp/plot";
await barChart(["a", "b"], [1, -2]).show();`,
    "await initNotebook();",
    `await barChart(["c", "d"], [3, 4], { title: "After" }).show();`,
  ];
  return {
    cells: cells.map((source) => ({
      cell_type: "code",
      source,
      metadata: {},
      execution_count: null,
      outputs: [],
    })),
    metadata: { kernelspec: { display_name: "Deno", language: "typescript", name: "deno" } },
    nbformat: 4,
    nbformat_minor: 4,
  };
}
