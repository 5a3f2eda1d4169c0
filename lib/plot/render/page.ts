import { plotlySource } from "../display/plotly_source.ts";
import { CanvasContext, type Element } from "./canvas.ts";
import { type Box, clientRectangle, ownBox } from "./measure.ts";

/** A page without a browser in which plotly.js has been loaded. */
export interface PlotlyPage {
  readonly parse: (json: string) => unknown;
  readonly toImage: (figure: unknown, options: Record<string, unknown>) => Promise<string>;
}

let loading: Promise<PlotlyPage> | undefined;

/** The page, made on the first call: loading plotly.js takes about half a second. */
export function plotlyPage(): Promise<PlotlyPage> {
  loading ??= load();
  return loading;
}

async function load(): Promise<PlotlyPage> {
  const { Window } = await import("happy-dom");
  const window: Element = new Window({
    url: "http://localhost/",
    settings: { enableJavaScriptEvaluation: true, suppressInsecureJavaScriptEnvironmentWarning: true },
  });
  window.URL.createObjectURL = () => "blob:none";
  window.URL.revokeObjectURL = () => {};
  addCanvas(window);
  addMeasures(window);
  window.eval(await plotlySource());
  return { parse: window.JSON.parse, toImage: window.Plotly.toImage };
}

function addCanvas(window: Element): void {
  const contexts = new WeakMap<object, CanvasContext>();
  const canvas = window.HTMLCanvasElement.prototype;
  canvas.getContext = function (this: object, kind: string): CanvasContext | null {
    if (kind !== "2d") return null;
    if (!contexts.has(this)) contexts.set(this, new CanvasContext(this));
    return contexts.get(this)!;
  };
  canvas.toDataURL = function (this: object): string | undefined {
    return contexts.get(this)?.toDataURL();
  };
}

function addMeasures(window: Element): void {
  window.Element.prototype.getBoundingClientRect = function (this: Element): Record<string, unknown> {
    return clientRectangle(this);
  };
  const drawn = window.SVGElement.prototype;
  drawn.getBBox = function (this: Element): Box {
    return ownBox(this);
  };
  drawn.getComputedTextLength = function (this: Element): number {
    return ownBox(this).width;
  };
  drawn.getTotalLength = () => 100;
  drawn.getPointAtLength = () => ({ x: 0, y: 0 });
}
