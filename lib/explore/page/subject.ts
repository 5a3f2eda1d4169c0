import type { Attribution } from "../../attribution/mod.ts";
import type { ExploreSettings } from "../payload.ts";

/** A setting that a control changes. */
export type SubjectControl = Exclude<keyof ExploreSettings, "target">;

/** What a widget explains, and how it shows the answer. */
export interface Subject {
  /** The names of the classes. */
  readonly labels: readonly string[];
  /** The controls beside the choice of the class. */
  readonly controls: readonly SubjectControl[];
  /** The text that the reader can change; absent if there is none. */
  readonly text?: string;
  /** Explains under some settings. */
  explain(settings: ExploreSettings, text: string): Attribution;
  /** The answer as an SVG document. */
  draw(attribution: Attribution): string;
}
