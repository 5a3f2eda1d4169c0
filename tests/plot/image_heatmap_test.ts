import { assertStringIncludes } from "@std/assert";
import { imageHeatmap } from "../../lib/plot/mod.ts";
import { tensor } from "../../lib/tensor/mod.ts";

Deno.test("the words of an image heat map name the first of the highest and of the lowest pixels", () => {
  const { description } = imageHeatmap(tensor([[0, 1, 1], [0.5, 0, 0.5]]));
  assertStringIncludes(description, "Sum +3, highest +1 at row 0, column 1, lowest 0 at row 0, column 0");
});
