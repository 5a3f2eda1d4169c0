import { requireOptions } from "../../options.ts";
import { kernel, type MimeBundle, publish } from "./display.ts";
import { escapeMarkup } from "../text/escape.ts";

/** How a picture is written for a terminal. */
export interface TerminalOptions {
  /** `auto` leaves colors out where the environment has `NO_COLOR`. Default `always`. */
  readonly color?: "always" | "auto" | "never";
  /** Columns of the terminal. Default 80. */
  readonly width?: number;
}

/** How a picture is written as HTML. */
export interface HTMLOptions {
  /** Only the elements, to be put into a page; else a page of its own. Default false. */
  readonly fragment?: boolean;
}

/** How a picture is made into pixels. */
export interface PNGOptions {
  /** Pixels per unit of the picture. Default 2. */
  readonly scale?: number;
}

/**
 * A picture as a value: it can be shown in a notebook, and saved as SVG, PNG or HTML.
 *
 * In a notebook `await picture.show()` is the reliable way: it waits until the kernel has sent the picture. As the last
 * expression of a cell a picture shows itself too, but the kernel may let it slip into a later cell.
 */
export abstract class Picture {
  /** What the picture is called. */
  abstract readonly title: string;
  /** The picture in words and numbers, for readers who do not see it. */
  abstract readonly description: string;
  /** Width in CSS pixels. */
  abstract readonly width: number;
  /** Height in CSS pixels. */
  abstract readonly height: number;

  /** The picture as an SVG document. */
  abstract toSVG(): Promise<string>;

  /** The picture as HTML: a self-contained page, or with `fragment` its elements only. */
  abstract toHTML(options?: HTMLOptions): Promise<string>;

  /** The numbers behind the picture, ready for `JSON.stringify`. */
  abstract toJSON(): unknown;

  /** What a notebook gets: the picture for every front end, trusted or not. */
  abstract toBundle(): Promise<MimeBundle>;

  /** The picture as plain text. */
  toText(): string {
    return this.description;
  }

  /** The picture for a terminal, with 24-bit colors where it has any. */
  toANSI(_options: TerminalOptions = {}): string {
    return this.toText();
  }

  /**
   * The picture as a PNG file, drawn by `npm:@resvg/resvg-js` with the fonts of the system.
   *
   * @throws {RangeError} If the scale is not a number above 0.
   */
  async toPNG(options: PNGOptions = {}): Promise<Uint8Array<ArrayBuffer>> {
    requireOptions(options, { action: "draw the picture as PNG", known: ["scale"] });
    const { rasterize } = await import("./rasterize.ts");
    return await rasterize(await this.toSVG(), options.scale ?? 2);
  }

  /** Shows the picture in the notebook's cell and waits for it; outside a notebook prints it for the terminal. */
  async show(): Promise<void> {
    if (kernel() === undefined) {
      // deno-lint-ignore no-console
      console.log(this.toANSI({ color: "auto" }));
      return;
    }
    await publish(await this.toBundle());
  }

  /** What `console.log()` writes. */
  [Symbol.for("Deno.customInspect")](): string {
    return `${this.title}\n${this.toText()}`;
  }

  /** What Deno's kernel asks of the last expression of a cell. */
  [Symbol.for("Jupyter.display")](): Promise<MimeBundle> {
    return this.toBundle();
  }
}

/** A page of its own around the elements of a picture. */
export function page(title: string, body: string, background = "#ffffff"): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escapeMarkup(title)}</title>
<style>body{margin:16px;background:${background}}</style>
</head>
<body>
${body}
</body>
</html>
`;
}
