import { textWidth } from "../text/text_width.ts";
import type { Element } from "./canvas.ts";

/** A rectangle: its left and top edge and its size. */
export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

const attribute = (element: Element, name: string): number => Number(element.getAttribute?.(name) ?? 0) || 0;
const tag = (element: Element): string => element.nodeName.toLowerCase();

/** The size of the font of an element, from its own or an ancestor's style. */
function fontSize(element: Element): number {
  for (let at = element; at; at = at.parentNode) {
    const size = /font-size:\s*([\d.]+)px/.exec(at.getAttribute?.("style") ?? "")?.[1];
    if (size !== undefined) return Number(size);
  }
  return 12;
}

/** How far an element is moved by the translations of itself and its ancestors. */
function offset(element: Element): [number, number] {
  let [x, y] = [0, 0];
  for (let at = element; at && at.nodeName?.toLowerCase() !== "svg"; at = at.parentNode) {
    const moved = /translate\(\s*([-\d.]+)[ ,]+([-\d.]+)/.exec(at.getAttribute?.("transform") ?? "");
    if (moved === null) continue;
    x += Number(moved[1]);
    y += Number(moved[2]);
  }
  return [x, y];
}

function textBox(element: Element): Box {
  const size = fontSize(element);
  const lines: string[] = [...element.querySelectorAll?.("tspan.line") ?? []].map((line: Element) =>
    line.textContent
  );
  if (lines.length === 0) lines.push(element.textContent ?? "");
  const width = Math.max(...lines.map((line) => textWidth(line, size)));
  const anchor = /text-anchor:\s*(\w+)/.exec(element.getAttribute("style") ?? "")?.[1] ??
    element.getAttribute("text-anchor");
  const shift = anchor === "middle" ? width / 2 : anchor === "end" ? width : 0;
  return rotated(element, {
    x: attribute(element, "x") - shift,
    y: attribute(element, "y") - size * 0.9,
    width,
    height: size * 1.15 + (lines.length - 1) * size * 1.3,
  });
}

/** The box around a box that the element's own transformation turns. */
function rotated(element: Element, box: Box): Box {
  const turn = /rotate\(\s*([-\d.]+)(?:[ ,]+([-\d.]+)[ ,]+([-\d.]+))?/.exec(
    element.getAttribute?.("transform") ?? "",
  );
  if (turn === null || Number(turn[1]) === 0) return box;
  const [angle, x0, y0] = [Number(turn[1]) * Math.PI / 180, Number(turn[2] ?? 0), Number(turn[3] ?? 0)];
  const corners = [[0, 0], [box.width, 0], [0, box.height], [box.width, box.height]].map(([w, h]) => {
    const [x, y] = [box.x + w! - x0, box.y + h! - y0];
    return [x0 + x * Math.cos(angle) - y * Math.sin(angle), y0 + x * Math.sin(angle) + y * Math.cos(angle)];
  });
  const [xs, ys] = [corners.map(([x]) => x!), corners.map(([, y]) => y!)];
  const [x, y] = [Math.min(...xs), Math.min(...ys)];
  return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y };
}

/** The box of an element in the coordinates of its picture; of a group, around all that is in it. */
function absoluteBox(element: Element): Box {
  const name = tag(element);
  if (name === "tspan") return absoluteBox(element.parentNode);
  if (name === "text" || name === "rect" || name === "image") {
    const [x, y] = offset(element);
    const own = name === "text" ? textBox(element) : {
      x: attribute(element, "x"),
      y: attribute(element, "y"),
      width: attribute(element, "width"),
      height: attribute(element, "height"),
    };
    return { ...own, x: own.x + x, y: own.y + y };
  }
  const boxes: Box[] = [...element.querySelectorAll?.("text,rect,image") ?? []].map(absoluteBox)
    .filter((box) => box.width > 0 || box.height > 0);
  if (boxes.length === 0) return { x: 0, y: 0, width: 0, height: 0 };
  const x = Math.min(...boxes.map((box) => box.x));
  const y = Math.min(...boxes.map((box) => box.y));
  return {
    x,
    y,
    width: Math.max(...boxes.map((box) => box.x + box.width)) - x,
    height: Math.max(...boxes.map((box) => box.y + box.height)) - y,
  };
}

/** What `getBoundingClientRect` gives: SVG elements are measured, others have the size of their style. */
export function clientRectangle(element: Element): Record<string, unknown> {
  const drawn = /svg/.test(element.namespaceURI ?? "") && tag(element) !== "svg";
  const { x, y, width, height } = drawn ? absoluteBox(element) : {
    x: 0,
    y: 0,
    width: parseFloat(element.style?.width) || 700,
    height: parseFloat(element.style?.height) || 450,
  };
  return { x, y, left: x, top: y, right: x + width, bottom: y + height, width, height };
}

/** What `getBBox` gives: the box in the element's own coordinates. */
export function ownBox(element: Element): Box {
  const { x, y, width, height } = absoluteBox(element);
  const [dx, dy] = offset(element);
  return { x: x - dx, y: y - dy, width, height };
}
