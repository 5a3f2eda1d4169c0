import type { Attribution } from "../attribution/mod.ts";
import type { ThemeName } from "../plot/color/theme.ts";
import type { Drawing } from "../plot/display/drawing.ts";
import { imageHeatmap } from "../plot/image_heatmap.ts";
import { wordHeatmap } from "../plot/word_heatmap.ts";
import { contiguous, type Tensor, tensor } from "../tensor/mod.ts";

/** Relevance over its input: pixels for an image `[C, H, W]` or `[H, W]`, else one box per number. */
export function drawRelevance(
  { relevance, target }: Attribution,
  { input, theme, caption = "" }: { input: Tensor; theme: ThemeName; caption?: string },
): Drawing {
  const title = `What speaks for ${target.name}`;
  const { shape } = input;
  const isImage = shape.length === 2 && shape[0]! > 1 ||
    shape.length === 3 && (shape[0] === 1 || shape[0] === 3);
  if (isImage) {
    const pixels = tensor(contiguous(relevance), shape);
    return imageHeatmap(pixels, { image: input, title, caption, theme, size: 208, width: 676 });
  }
  const numbers = contiguous(relevance);
  const names = Array.from(numbers, (_, i) => `x${i}`);
  return wordHeatmap(names, numbers, { title, caption, theme, values: true, width: 676 });
}
