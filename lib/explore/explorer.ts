import { requireOptions } from "../options.ts";
import {
  type Drawing,
  type HTMLOptions,
  type MimeBundle,
  Picture,
  type TerminalOptions,
  type ThemeName,
} from "../plot/mod.ts";
import { page } from "../plot/display/picture.ts";
import { themeOf } from "../plot/color/theme.ts";
import { hash, scriptJSON } from "../plot/text/escape.ts";
import { PAGE_SCRIPT } from "./page_bundle.ts";

/**
 * A picture that comes alive where scripts run: the library itself works in the page, and explains anew when a control
 * or the sentence changes. Where scripts do not run it is the picture of the first answer.
 */
export class Explorer extends Picture {
  /** The picture of the first answer. */
  readonly picture: Drawing;
  readonly #payload: { readonly theme: ThemeName; readonly [part: string]: unknown };

  /** Puts the picture and what the page needs together. */
  constructor(picture: Drawing, payload: { readonly theme: ThemeName; readonly [part: string]: unknown }) {
    super();
    this.picture = picture;
    this.#payload = payload;
  }

  /** What the picture is called. */
  get title(): string {
    return this.picture.title;
  }

  /** The first answer in words and numbers. */
  get description(): string {
    return this.picture.description;
  }

  /** Width in CSS pixels. */
  get width(): number {
    return this.picture.width;
  }

  /** Height in CSS pixels. */
  get height(): number {
    return this.picture.height;
  }

  /** The picture of the first answer. */
  override toSVG(): Promise<string> {
    return this.picture.toSVG();
  }

  /** The live form, as a page of its own that needs no server, or with `fragment` its elements only. */
  override async toHTML(options: HTMLOptions = {}): Promise<string> {
    requireOptions(options, { action: "write the picture as HTML", known: ["fragment"] });
    const { fragment = false } = options;
    const json = scriptJSON(this.#payload);
    const name = `relprop-${hash(json)}`;
    const image = await this.picture.toHTML({ fragment: true });
    const html = `<div data-relprop="${name}">${image}</div><script>${
      unpackScript(PAGE_SCRIPT)
    }.then(()=>relpropExplore("${name}",${json}))</script>`;
    return fragment ? html : page(this.title, html, themeOf(this.#payload.theme).background);
  }

  /** What a notebook gets. */
  override async toBundle(): Promise<MimeBundle> {
    return { "text/html": await this.toHTML({ fragment: true }), "text/plain": this.toText() };
  }

  /** What the page is given. */
  override toJSON(): object {
    return this.#payload;
  }

  /** The first answer as plain text. */
  override toText(): string {
    return this.picture.toText();
  }

  /** The first answer for a terminal. */
  override toANSI(options: TerminalOptions = {}): string {
    return this.picture.toANSI(options);
  }
}

/** A promise, in a page, that a packed script has run. */
function unpackScript(packed: string): string {
  return `(async()=>{const b=Uint8Array.from(atob("${packed}"),c=>c.charCodeAt(0));` +
    `const t=await new Response(new Blob([b]).stream().pipeThrough(new DecompressionStream("gzip"))).text();` +
    `new Function(t)()})()`;
}
