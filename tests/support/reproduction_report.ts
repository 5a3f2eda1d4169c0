import { CLAIMS } from "../../lib/evaluation/claims.ts";
import { type Claim, Table } from "../../lib/evaluation/mod.ts";
import type { NotebookRun } from "./jupyter/run_notebook.ts";
import { codeCells, joinText, type Notebook } from "./jupyter/notebook.ts";

/** A notebook that was run for the report. */
export interface ReproducedNotebook extends NotebookRun {
  /** Its file, without folder. */
  readonly file: string;
}

/** What the whole run was made with. */
export interface ReportOrigin {
  readonly date: string;
  readonly versions: Readonly<Record<string, string>>;
}

/** A notebook as the report shows it. */
interface Experiment {
  readonly file: string;
  readonly title: string;
  readonly question: string;
  readonly source: string;
  readonly verdict: string;
  /** File, verdict, seconds, and what it drew its random numbers from. */
  readonly head: string;
  readonly seconds: number;
  /** The claims that it handed over as data. */
  readonly claims: readonly Claim[];
  /** Its tables in both markups, and lines that it logged. */
  readonly tables: readonly { readonly markdown: string; readonly html: string }[];
  readonly log: readonly string[];
}

/** One page on all experiments: a line per notebook, then the claims and tables of each. Markdown and HTML. */
export function reproductionReport(
  runs: readonly ReproducedNotebook[],
  { date, versions }: ReportOrigin,
): { markdown: string; html: string } {
  const experiments = runs.map(experimentOf);
  const made = `Made on ${date} with ${said(versions)}. Seeds are fixed in the notebooks.`;
  const summary = new Table({
    title: "Notebooks",
    columns: ["notebook", "question", "claims", "checks", "seconds"],
    rows: experiments.map(({ file, question, claims, verdict, seconds }) => [
      file,
      question,
      claims.length === 0 ? "–" : `${claims.filter(({ holds }) => holds).length} of ${claims.length} hold`,
      verdict,
      seconds.toFixed(0),
    ]),
    note: "Seconds are those of the whole notebook. In the tables below, –: no printed value is known.",
  });
  const markdown = [
    "# Reproduction report",
    made,
    summary.toMarkdown(),
    ...experiments.flatMap(({ title, head, source, tables, log }) => [
      `## ${title}`,
      `**${head}.** ${source}`,
      ...tables.map((table) => table.markdown.trim()),
      ...log.length > 0 ? ["```text\n" + log.join("\n") + "\n```"] : [],
    ]),
  ].join("\n\n") + "\n";
  const sections = experiments.map(({ title, head, source, tables, log }) =>
    `<h2>${escape(title)}</h2><p><b>${escape(head)}.</b> ${escape(source)}</p>` +
    tables.map((table) => table.html).join("\n") +
    (log.length > 0 ? `<pre>${escape(log.join("\n"))}</pre>` : "")
  );
  const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Reproduction report</title>
<style>body{font:15px/1.5 sans-serif;max-width:70em;margin:2em auto;padding:0 1em}
table{border-collapse:collapse;margin:1em 0}td,th{border-bottom:1px solid #ddd;vertical-align:top}pre{overflow-x:auto}</style>
</head>
<body>
<h1>Reproduction report</h1>
<p>${escape(made)}</p>
${summary.toHTML()}
${sections.join("\n")}
</body>
</html>
`;
  return { markdown, html };
}

function said(versions: ReportOrigin["versions"]): string {
  return Object.entries(versions).map(([what, version]) => `${what} ${version}`).join(", ");
}

function experimentOf({ file, notebook, failure, milliseconds }: ReproducedNotebook): Experiment {
  const text = notebook.cells.filter((cell) => cell.cell_type === "markdown").map((cell) =>
    joinText(cell.source)
  );
  const find = (pattern: RegExp): string =>
    text.map((cell) => cell.match(pattern)?.[1]).find((match) => match !== undefined)?.replaceAll(/\s+/g, " ")
      .trim() ??
      "";
  const outputs = codeCells(notebook).flatMap((cell) => cell.outputs ?? []);
  const handed = outputs.flatMap((output) =>
    output.output_type === "display_data" && CLAIMS in output.data
      ? [output.data[CLAIMS] as { seed: string; claims: Claim[] }]
      : []
  );
  const verdict = failure === undefined
    ? "all checks hold"
    : `cell ${failure.cell} fails: ${firstLine(failure.message)}`;
  const seconds = milliseconds / 1000, seeds = [...new Set(handed.map(({ seed }) => seed))].join("; ");
  return {
    file,
    title: find(/^# (.+)$/m) || file,
    question: find(/\*\*([^*]+\?)\*\*/),
    source: find(/\*\*Sources?\*\*([\s\S]*)$/).replaceAll("_", ""),
    verdict,
    head: [file, verdict, `${seconds.toFixed(0)} s`, ...seeds === "" ? [] : [`seed ${seeds}`]].join(", "),
    seconds,
    claims: handed.flatMap(({ claims }) => claims),
    tables: outputs.flatMap((output) => {
      if (output.output_type !== "display_data") return [];
      const [markdown, html] = ["text/markdown", "text/html"].map((type) => output.data[type]);
      if (markdown === undefined || html === undefined) return [];
      return [{ markdown: joinText(markdown as string), html: joinText(html as string) }];
    }),
    log: outputs.flatMap((output) =>
      output.output_type === "stream" ? joinText(output.text).trim().split("\n") : []
    )
      .filter((line) => line !== ""),
  };
}

/** The notebooks that reproduce papers, in order: those numbered 30 to 39. */
export function reproductions(files: readonly string[]): string[] {
  return files.filter((file) => /^notebooks\/3\d_\w+\.ipynb$/.test(file)).sort();
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0]!;
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** The notebook with every switch `const full = false` thrown. */
export function inFullSize(notebook: Notebook): Notebook {
  const cells = notebook.cells.map((cell) => ({
    ...cell,
    source: joinText(cell.source).replace("const full = false", "const full = true"),
  }));
  return { ...notebook, cells };
}
