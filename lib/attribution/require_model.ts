import { described } from "../described.ts";
import type { Explainable } from "./method.ts";

/** Throws unless methods can explain this. */
export function requireModel(given: Explainable<never>, action: string): void {
  if (typeof given?.encode === "function" && typeof given.forward === "function") return;
  throw new TypeError(
    `Cannot ${action}: the model must be made by a call such as sequential() or lstmClassifier(), got ${
      described(given)
    }`,
  );
}
