import { requireOptions } from "../options.ts";
import { contiguous, type Tensor, tensor } from "../tensor/mod.ts";
import { batchedMethod } from "./batched_method.ts";
import { gradientsOf, reachedBy, requireGraph, rowsOf } from "./gradient_pass.ts";
import type { Method, MethodResult } from "./method.ts";

/** The parameters of {@linkcode gradCam}. */
export interface GradCamOptions {
  /** The name of the layer whose channels are looked at, usually the last convolution or its activation. */
  readonly layer: string;
  /** Whether the map is stretched to the size of the input, between its points in straight lines. Default true. */
  readonly stretch?: boolean;
}

/**
 * Grad-CAM: the channels of a layer, weighted by their mean gradient.
 *
 * ```text
 * R = max(0, Σ_c w_c A_c)          w_c = mean over places of ∂ score / ∂ A_c
 * ```
 *
 * **Shapes** a layer `[C, h, w]` -> relevance `[H, W]` of the input, or `[h, w]` without `stretch`; never negative.
 * **Conserves** nothing.
 *
 * @throws {TypeError} If the layer is not given; when it runs, if the model is not a network graph.
 * @throws {RangeError} When it runs, if the network has no such layer, it has no channels of two axes, or the score does not
 * depend on it.
 *
 * @example
 * ```ts
 * import { explain, gradCam } from "@relprop/lrp/attribution";
 * import { fashionCnn, fashionSamples } from "@relprop/lrp/io";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const image = tensor((await fashionSamples()).data.slice(0, 784), [1, 28, 28]);
 * const { relevance } = explain(await fashionCnn(), image, { method: gradCam({ layer: "relu2" }) });
 * assertEquals(relevance.shape, [28, 28]);
 * ```
 *
 * @see Selvaraju et al. 2017, https://doi.org/10.1109/ICCV.2017.74
 */
export function gradCam(options: GradCamOptions): Method {
  requireOptions(options, {
    action: "use Grad-CAM",
    known: ["layer", "stretch"],
    required: ["layer"],
    choices: { stretch: [true, false] },
  });
  const { layer, stretch = true } = options;
  return batchedMethod({
    name: "Grad-CAM",
    options: { layer, stretch },
    attributeAll({ inputs, pass, targets }): MethodResult[] {
      const { run } = requireGraph("Grad-CAM", pass);
      const values = run.values.get(run.network.node(layer).name)!;
      if (values.shape.length !== 4 || values.shape[0] !== inputs.length) {
        throw new RangeError(
          `Cannot use Grad-CAM: layer "${layer}" must have shape [N, C, H, W], got [${
            values.shape.join(", ")
          }]`,
        );
      }
      const reached = gradientsOf(run, targets.map(({ weights }) => weights));
      const gradients = rowsOf(reachedBy("use Grad-CAM", layer, reached));
      const [H, W] = inputs[0]!.values.shape.slice(-2);
      return rowsOf(values).map((activations, n) => {
        const map = cam(activations, gradients[n]!);
        return { relevance: stretch ? bilinear(map, H, W) : map };
      });
    },
  });
}

/** The positive part of the channels weighted by their mean gradient. */
function cam(activations: Tensor, gradients: Tensor): Tensor {
  const [channels, h, w] = activations.shape;
  const [a, g] = [contiguous(activations), contiguous(gradients)];
  const map = new Float64Array(h * w);
  for (let c = 0; c < channels; c++) {
    let weight = 0;
    for (let i = 0; i < h * w; i++) weight += g[c * h * w + i] / (h * w);
    for (let i = 0; i < h * w; i++) map[i] += weight * a[c * h * w + i];
  }
  return tensor(map.map((value) => Math.max(0, value)), [h, w]);
}

/** A map stretched in straight lines between its points, which stand in the middle of their cells. */
function bilinear(map: Tensor, H: number, W: number): Tensor {
  const [h, w] = map.shape;
  const along = (i: number, from: number, to: number): [number, number, number] => {
    const at = Math.min(Math.max((i + 0.5) * from / to - 0.5, 0), from - 1);
    const first = Math.floor(at);
    return [first, Math.min(first + 1, from - 1), at - first];
  };
  return tensor(
    Float64Array.from({ length: H * W }, (_, i) => {
      const [top, bottom, down] = along(Math.floor(i / W), h, H);
      const [left, right, across] = along(i % W, w, W);
      const row = (y: number): number => map.get(y, left) * (1 - across) + map.get(y, right) * across;
      return row(top) * (1 - down) + row(bottom) * down;
    }),
    [H, W],
  );
}
