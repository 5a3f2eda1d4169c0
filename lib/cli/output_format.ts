import type { Attribution } from "../attribution/mod.ts";
import { contiguous, type Tensor } from "../tensor/mod.ts";
import { escapeMarkup } from "../plot/text/escape.ts";
import type { ExplainCommandOptions } from "./explain_options.ts";

/** A line that could not be explained. */
export interface Failure {
  readonly id: unknown;
  readonly line: number;
  readonly error: string;
}

/** How `explain` writes its answers. */
export interface OutputFormat {
  /** Before the first answer. */
  readonly head: string;
  /** After the last answer. */
  readonly tail: string;
  /** One explanation. */
  answer(id: unknown, attribution: Attribution): string | Promise<string>;
  /** In the place of an explanation. */
  failure(failure: Failure): string;
}

const PAGE_HEAD = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>relprop: explanations</title></head>
<body style="font-family:sans-serif;max-width:760px;margin:2em auto">
`;

/** The format that the options ask for. */
export function outputFormat({ format, detail }: ExplainCommandOptions, color: boolean): OutputFormat {
  switch (format) {
    case "jsonl":
      return {
        head: "",
        tail: "",
        answer: (id, attribution) => `${JSON.stringify(answerOf(id, attribution, detail === "full"))}\n`,
        failure: ({ id, line, error }) =>
          `${JSON.stringify({ ...(id !== undefined && { id }), line, error })}\n`,
      };
    case "text":
      return {
        head: "",
        tail: "",
        answer: async (id, attribution) => {
          const picture = (await attribution.toPicture()).toANSI({ color: color ? "always" : "never" });
          return `${id === undefined ? "" : `${nameOf(id)}: `}${picture}\n\n`;
        },
        failure: (failure) => `${placeOf(failure)}: ${failure.error}\n\n`,
      };
    case "html":
      return {
        head: PAGE_HEAD,
        tail: "</body></html>\n",
        answer: async (id, attribution) => {
          const picture = await (await attribution.toPicture()).toHTML({ fragment: true });
          return `<section>${
            id === undefined ? "" : `<h2>${escapeMarkup(nameOf(id))}</h2>`
          }${picture}</section>\n`;
        },
        failure: (failure) =>
          `<p role="alert">${escapeMarkup(`${placeOf(failure)}: ${failure.error}`)}</p>\n`,
      };
  }
}

function placeOf({ id, line }: Failure): string {
  return id === undefined ? `line ${line}` : `line ${line} (${nameOf(id)})`;
}

/** The caller's name for a line, which may be any JSON value. */
function nameOf(id: unknown): string {
  return typeof id === "string" ? id : JSON.stringify(id);
}

function answerOf(id: unknown, attribution: Attribution, full: boolean): Record<string, unknown> {
  const { target, tokens, tokenRelevance, rest, ledger, relevance, directions, notes } = attribution;
  return {
    ...(id !== undefined && { id }),
    scores: [...attribution.scores],
    target: target.class,
    label: target.name,
    tokens,
    relevance: [...tokenRelevance],
    rest,
    ledger: ledger?.toJSON() ?? null,
    ...(notes.length > 0 && { notes }),
    ...(full && { Rx: rows(directions?.forward ?? relevance) }),
    ...(full && directions && { RxRev: rows(directions.reverse) }),
  };
}

function rows(values: Tensor): number[][] {
  const flat = contiguous(values);
  const size = flat.length / values.shape[0]!;
  return Array.from({ length: values.shape[0]! }, (_, t) => [...flat.subarray(t * size, (t + 1) * size)]);
}
