import { described } from "../../described.ts";
import { requireOptions } from "../../options.ts";
import { themeOf } from "../color/theme.ts";
import { figureLayout } from "../render/figure_layout.ts";
import type { MimeBundle } from "./display.ts";
import { base64, escapeMarkup, hash, scriptJSON } from "../text/escape.ts";
import { type HTMLOptions, page, Picture } from "./picture.ts";

/** A trace or a layout as plotly.js takes it; arrays may be binary, see {@linkcode binaryArray}. */
export type PlotlyObject = Readonly<Record<string, unknown>>;

/** All that a figure is made of. */
export interface FigureParts {
  /** The traces. */
  readonly data: readonly PlotlyObject[];
  /** The layout, laid over the one that all figures share; `width` and `height` default to 700 and 450. */
  readonly layout?: PlotlyObject;
  /** What the figure is called. */
  readonly title: string;
  /** The figure in words and numbers. */
  readonly description: string;
}

const CONFIG = { displaylogo: false };

/**
 * A plotly.js figure as a value.
 *
 * A notebook gets it as a picture that shows everywhere, and that becomes interactive where plotly.js is: in VS Code,
 * after {@linkcode initNotebook}, and in the page that `toHTML()` writes. The picture is drawn by plotly.js itself,
 * without a browser.
 *
 * @example A line
 * ```ts
 * import { Figure } from "@relprop/lrp/plot";
 * import { assertStringIncludes } from "@std/assert";
 *
 * const figure = new Figure({
 *   data: [{ type: "scatter", x: [0, 1, 2], y: [1, 4, 9] }],
 *   layout: { width: 300, height: 200 },
 *   title: "Squares",
 *   description: "A line through 1, 4 and 9.",
 * });
 * assertStringIncludes(await figure.toSVG(), "<svg");
 * ```
 */
export class Figure extends Picture {
  /** What the figure is called. */
  readonly title: string;
  /** The figure in words and numbers. */
  readonly description: string;
  /** The traces. */
  readonly data: readonly PlotlyObject[];
  /** The layout. */
  readonly layout: PlotlyObject;

  /** Makes the figure from its parts. */
  constructor(parts: FigureParts) {
    super();
    const action = "make a figure", required = ["data", "title", "description"];
    requireOptions(parts, { action, known: [...required, "layout"], required });
    const { data, layout = {}, title, description } = parts;
    if (!Array.isArray(data)) {
      throw new TypeError(`Cannot ${action}: data must be a list of traces, got ${described(data)}`);
    }
    this.title = title;
    this.description = description;
    this.data = data;
    const { width = 700, height = 450 } = layout as { width?: number; height?: number };
    const look = figureLayout({ title, caption: "", width, height, theme: themeOf(), left: 62, bottom: 64 });
    delete look.showlegend;
    this.layout = { ...look, ...layout };
  }

  /** Width in CSS pixels. */
  get width(): number {
    return this.layout.width as number;
  }

  /** Height in CSS pixels. */
  get height(): number {
    return this.layout.height as number;
  }

  /** The figure as plotly.js takes it. */
  override toJSON(): { data: readonly PlotlyObject[]; layout: PlotlyObject; config: PlotlyObject } {
    return { data: this.data, layout: this.layout, config: CONFIG };
  }

  /** The figure as an SVG document. The first one takes about half a second more: plotly.js is loaded. */
  override async toSVG(): Promise<string> {
    const { renderPlotly } = await import("../render/render_plotly.ts");
    const svg = await renderPlotly(this.toJSON(), this);
    const words = `<title>${escapeMarkup(this.title)}</title><desc>${escapeMarkup(this.description)}</desc>`;
    return svg.replace(/<svg[^>]*>/, (start) => `${start.slice(0, -1)} role="img">${words}`);
  }

  /** The figure as HTML: a page that holds plotly.js and needs no network, or with `fragment` its elements only. */
  override async toHTML(options: HTMLOptions = {}): Promise<string> {
    requireOptions(options, { action: "write the picture as HTML", known: ["fragment"] });
    const { fragment = false } = options;
    const { width, height } = this;
    const image = `<img width="${width}" height="${height}" alt="${escapeMarkup(this.description)}"` +
      ` style="max-width:none" src="data:image/svg+xml;base64,${base64(await this.toSVG())}">`;
    const json = scriptJSON(this);
    const name = `relprop-${hash(json)}`;
    const elements =
      `<div data-relprop="${name}" style="width:${width}px;height:${height}px">${image}</div>` +
      `<script>${swapScript(name, json)}</script>`;
    if (fragment) return elements;
    const { plotlyLoader } = await import("./plotly_source.ts");
    const { paper_bgcolor: background } = this.layout as { paper_bgcolor?: string };
    return page(this.title, `${elements}\n<script>${await plotlyLoader()}</script>`, background);
  }

  /** What a notebook gets. */
  override async toBundle(): Promise<MimeBundle> {
    return {
      "application/vnd.plotly.v1+json": this.toJSON(),
      "text/html": await this.toHTML({ fragment: true }),
      "text/plain": this.toText(),
    };
  }
}

/**
 * Replaces the picture by the figure as soon as plotly.js is in the page. Front ends may run the script before the
 * element is in the document, and may hold equal figures twice: hence the wait, and the mark.
 */
function swapScript(name: string, json: string): string {
  return `(()=>{const f=${json};let tries=0;const go=()=>{` +
    `const e=document.querySelector('[data-relprop="${name}"]:not([data-live])');` +
    `if(!e){if(tries++<200)setTimeout(go,50);return}` +
    `e.setAttribute("data-live","");e.innerHTML="";window.Plotly.newPlot(e,f.data,f.layout,f.config)};` +
    `if(window.Plotly)go();else window.addEventListener("relprop:plotly",go,{once:true})})()`;
}
