import { described } from "../described.ts";
import type { Method } from "./method.ts";

/** Throws unless this is a method: the commonest slip is to forget the brackets of `lrp()`. */
export function requireMethod(given: Method, action: string): void {
  if (typeof given?.attribute === "function") return;
  throw new TypeError(
    `Cannot ${action}: method must be made by a call such as lrp(), got ${described(given)}`,
  );
}
