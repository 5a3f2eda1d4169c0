import { base64 } from "../text/escape.ts";
import { encodePNG } from "./png.ts";

/** An element of the page without a browser, as far as it is used here. */
// deno-lint-ignore no-explicit-any
export type Element = any;

/**
 * The part of a 2-D canvas that plotly.js needs for heat maps: pixels in, PNG out. Everything else does nothing.
 */
export class CanvasContext {
  fillStyle = "#000";
  font = "12px sans-serif";
  #pixels = new Uint8ClampedArray();
  #width = 0;
  #height = 0;

  constructor(readonly canvas: Element) {}

  #resized(): Uint8ClampedArray {
    const [width, height] = [this.canvas.width | 0, this.canvas.height | 0];
    if (width !== this.#width || height !== this.#height) {
      this.#width = width;
      this.#height = height;
      this.#pixels = new Uint8ClampedArray(4 * width * height);
    }
    return this.#pixels;
  }

  createImageData(width: number, height: number): { width: number; height: number; data: Uint8ClampedArray } {
    return { width, height, data: new Uint8ClampedArray(4 * width * height) };
  }

  putImageData(image: { data: Uint8ClampedArray }): void {
    this.#resized().set(image.data);
  }

  getImageData(): { data: Uint8ClampedArray } {
    return { data: this.#resized() };
  }

  fillRect(x: number, y: number, width: number, height: number): void {
    const pixels = this.#resized();
    const [red, green, blue, alpha] = parseColor(this.fillStyle);
    const from = (at: number): number => Math.max(0, Math.round(at));
    const right = Math.min(this.#width, Math.round(x + width));
    const bottom = Math.min(this.#height, Math.round(y + height));
    for (let row = from(y); row < bottom; row++) {
      for (let column = from(x); column < right; column++) {
        pixels.set([red, green, blue, alpha], 4 * (row * this.#width + column));
      }
    }
  }

  /** The pixels as the address of a PNG. */
  toDataURL(): string {
    const rgba = this.#resized();
    return `data:image/png;base64,${base64(encodePNG({ width: this.#width, height: this.#height, rgba }))}`;
  }

  measureText(text: string): { width: number } {
    return { width: 6.6 * text.length };
  }

  clearRect(): void {}
  drawImage(): void {}
  save(): void {}
  restore(): void {}
  beginPath(): void {}
  translate(): void {}
  scale(): void {}
}

function parseColor(color: string): [number, number, number, number] {
  const parts = /rgba?\(([^)]+)\)/.exec(color)?.[1]?.split(",").map(Number) ?? [0, 0, 0, 1];
  return [parts[0]!, parts[1]!, parts[2]!, Math.round(255 * (parts[3] ?? 1))];
}
