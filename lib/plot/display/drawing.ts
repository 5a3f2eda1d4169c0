import { requireOptions } from "../../options.ts";
import type { MimeBundle } from "./display.ts";
import { base64, escapeMarkup, hash } from "../text/escape.ts";
import { type HTMLOptions, page, Picture, type TerminalOptions } from "./picture.ts";
import { FONT, type Theme } from "../color/theme.ts";

/** A rectangle of a drawing that tells something when the pointer rests on it. */
export interface Hotspot {
  /** Left, top, right and bottom edge in CSS pixels. */
  readonly box: readonly [number, number, number, number];
  /** What it tells. */
  readonly label: string;
}

/** All that a drawing is made of. */
export interface DrawingParts {
  /** What the drawing is called. */
  readonly title: string;
  /** The drawing in words and numbers. */
  readonly description: string;
  /** Width in CSS pixels. */
  readonly width: number;
  /** Height in CSS pixels. */
  readonly height: number;
  /** The SVG elements inside the picture. */
  readonly content: string;
  /** The colors around them. */
  readonly theme: Theme;
  /** What the pointer finds. */
  readonly hotspots?: readonly Hotspot[];
  /** Plain text instead of the description. */
  readonly text?: string;
  /** Writes the drawing for a terminal. */
  readonly terminal?: (options: TerminalOptions) => string;
  /** The numbers behind it, made on demand. */
  readonly data: () => unknown;
}

/** More hotspots than this would weigh more than the picture: then the alternative text has to do. */
const MAX_HOTSPOTS = 1200;

/**
 * A picture that relprop draws itself as SVG, such as a word heat map.
 *
 * In a notebook it is an `<img>`, which survives every sanitizer, with an image map for the numbers under the pointer.
 */
export class Drawing extends Picture {
  /** What the drawing is called. */
  readonly title: string;
  /** The drawing in words and numbers. */
  readonly description: string;
  /** Width in CSS pixels. */
  readonly width: number;
  /** Height in CSS pixels. */
  readonly height: number;
  readonly #parts: DrawingParts;

  /** Makes the drawing from its parts. */
  constructor(parts: DrawingParts) {
    super();
    this.title = parts.title;
    this.description = parts.description;
    this.width = Math.ceil(parts.width);
    this.height = Math.ceil(parts.height);
    this.#parts = parts;
  }

  /** The drawing as an SVG document, at once. */
  get svg(): string {
    const { theme, content } = this.#parts;
    const size = `width="${this.width}" height="${this.height}" viewBox="0 0 ${this.width} ${this.height}"`;
    return `<svg xmlns="http://www.w3.org/2000/svg" ${size} role="img" font-family="${FONT}" fill="${theme.text}">` +
      `<title>${escapeMarkup(this.title)}</title><desc>${escapeMarkup(this.description)}</desc>` +
      `<rect width="${this.width}" height="${this.height}" fill="${theme.background}"/>${content}</svg>`;
  }

  /** The drawing as an SVG document. */
  override toSVG(): Promise<string> {
    return Promise.resolve(this.svg);
  }

  /** The drawing as HTML without any script: an image with its alternative text, in a page of its own or not. */
  override toHTML(options: HTMLOptions = {}): Promise<string> {
    requireOptions(options, { action: "write the picture as HTML", known: ["fragment"] });
    const { fragment = false } = options;
    const image = this.#image();
    return Promise.resolve(fragment ? image : page(this.title, image, this.#parts.theme.background));
  }

  #image(): string {
    const hotspots = this.#parts.hotspots ?? [];
    const mapped = hotspots.length > 0 && hotspots.length <= MAX_HOTSPOTS;
    const source = base64(this.svg);
    const name = `relprop-${hash(source)}`;
    const image =
      `<img width="${this.width}" height="${this.height}" alt="${escapeMarkup(this.description)}"` +
      `${
        mapped ? ` usemap="#${name}"` : ""
      } style="max-width:none" src="data:image/svg+xml;base64,${source}">`;
    if (!mapped) return image;
    const areas = hotspots.map(({ box, label }) =>
      `<area shape="rect" coords="${box.map(Math.round).join(",")}" title="${escapeMarkup(label)}" alt="">`
    );
    return `${image}<map name="${name}">${areas.join("")}</map>`;
  }

  /** The numbers behind the drawing, with its title and description. */
  override toJSON(): { title: string; description: string; data: unknown } {
    return { title: this.title, description: this.description, data: this.#parts.data() };
  }

  /** What a notebook gets. */
  override async toBundle(): Promise<MimeBundle> {
    return { "text/html": await this.toHTML({ fragment: true }), "text/plain": this.toText() };
  }

  /** The drawing as plain text. */
  override toText(): string {
    return this.#parts.text ?? this.description;
  }

  /** The drawing for a terminal. */
  override toANSI(options: TerminalOptions = {}): string {
    return this.#parts.terminal?.(options) ?? this.toText();
  }
}
