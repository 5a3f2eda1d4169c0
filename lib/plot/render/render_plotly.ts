import { plotlyPage } from "./page.ts";

/** A plotly.js figure as an SVG document, drawn by plotly.js itself without a browser. */
export async function renderPlotly(
  figure: unknown,
  { width, height }: { width: number; height: number },
): Promise<string> {
  const page = await plotlyPage();
  // The page has its own Array and Object, and plotly.js asks for those.
  const copy = page.parse(JSON.stringify(figure));
  const svg = await page.toImage(copy, { format: "svg", width, height, imageDataOnly: true });
  return stableIds(slim(svg.replaceAll(/url\((?:'|&quot;)?(#[^'")&]+)(?:'|&quot;)?\)/g, "url($1)")));
}

/** Leaves out what only a live figure needs: classes (some of them random), empty groups, digits beyond a hundredth. */
function slim(svg: string): string {
  const font = /font-family: [^;"]+/.exec(svg)?.[0] ?? "";
  let text = svg.replaceAll(/<[^>]*>/g, (tag) =>
    tag.replaceAll(/ (?:class|data-[a-z]+)="[^"]*"/g, "")
      .replaceAll(`${font}; `, "")
      .replaceAll(/="(?!data:)[^"]*"/g, (value) =>
        value.replaceAll(/-?\d+\.\d{3,}(?:e-?\d+)?/g, (number) =>
          String(Math.round(Number(number) * 100) / 100))));
  text = text.replace("<svg", `<svg style="${font}"`);
  for (let before = ""; before !== text;) {
    before = text;
    text = text.replaceAll(
      /<(?:g|defs)(?: [^>]*)?\/>|<(g|defs)(?: [^>]*)?><\/\1>|<path [^>]*d=""[^>]*\/>/g,
      "",
    );
  }
  return text;
}

/** plotly.js makes random ids: numbered ones let a notebook that is run again stay as it was. */
function stableIds(svg: string): string {
  const ids = [...new Set(Array.from(svg.matchAll(/\bid="([^"]+)"/g), (match) => match[1]!))];
  const names = new Map(ids.map((id, i) => [id, `i${i}`]));
  return svg.replaceAll(/(\bid="|url\(#|href="#)([^")]+)/g, (whole, before: string, id: string) => {
    const name = names.get(id);
    return name === undefined ? whole : before + name;
  });
}
