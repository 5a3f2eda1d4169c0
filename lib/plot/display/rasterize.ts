/** Draws an SVG document as a PNG file with the fonts of the system. */
export async function rasterize(svg: string, scale: number): Promise<Uint8Array<ArrayBuffer>> {
  if (!(scale > 0 && scale < Infinity)) {
    throw new RangeError(
      `Cannot draw the picture as PNG: scale must be a finite number above 0, got ${scale}`,
    );
  }
  // Loaded when it is needed: it is native code of several megabytes.
  const { Resvg } = await import("@resvg/resvg-js");
  // The word that it knows for pixels with sharp edges.
  const drawn = new Resvg(svg.replaceAll("image-rendering: pixelated", "image-rendering: optimizeSpeed"), {
    fitTo: { mode: "zoom", value: scale },
    font: { loadSystemFonts: true, defaultFontFamily: "Liberation Sans", sansSerifFamily: "DejaVu Sans" },
  });
  return Uint8Array.from(drawn.render().asPng());
}
