/** Windows over one to three spatial axes, always written as three: missing axes come first with size 1. */
export interface Windows {
  /** Sizes of the plane that is read, `[D, H, W]`. */
  readonly plane: readonly number[];
  /** Numbers of windows, `[D, H, W]`. */
  readonly counts: readonly number[];
  /** Sizes of a window. */
  readonly kernel: readonly number[];
  /** Steps between windows. */
  readonly strides: readonly number[];
  /** Padding before each axis. */
  readonly padding: readonly number[];
  /** Steps within a window. */
  readonly dilations: readonly number[];
}

/** A list of sizes with ones or zeros before it, so that it has three. */
export function toThree(sizes: readonly number[], fill: number): number[] {
  return [...new Array<number>(3 - sizes.length).fill(fill), ...sizes];
}

/**
 * Visits each element of each window that lies inside the plane: `visit(element, window, position)` with the
 * numbers of the element in its window, of the window, and of the place in the plane.
 */
export function walkWindows(
  windows: Windows,
  visit: (element: number, window: number, position: number) => void,
): void {
  const { plane: [, H, W], counts, kernel, strides, padding, dilations, plane } = windows;
  for (let kd = 0, element = 0; kd < kernel[0]; kd++) {
    for (let kh = 0; kh < kernel[1]; kh++) {
      for (let kw = 0; kw < kernel[2]; kw++, element++) {
        for (let od = 0; od < counts[0]; od++) {
          const d = od * strides[0] - padding[0] + kd * dilations[0];
          if (d < 0 || d >= plane[0]) continue;
          for (let oh = 0; oh < counts[1]; oh++) {
            const h = oh * strides[1] - padding[1] + kh * dilations[1];
            if (h < 0 || h >= H) continue;
            const window = (od * counts[1] + oh) * counts[2];
            const position = (d * H + h) * W;
            for (let ow = 0; ow < counts[2]; ow++) {
              const w = ow * strides[2] - padding[2] + kw * dilations[2];
              if (w >= 0 && w < W) visit(element, window + ow, position + w);
            }
          }
        }
      }
    }
  }
}
