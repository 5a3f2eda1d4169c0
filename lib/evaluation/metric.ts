import type { Attribution } from "../attribution/mod.ts";
import type { LongWorkOptions } from "../map_with_progress.ts";
import type { RandomGenerator } from "../random.ts";
import type { Probe } from "./probe.ts";

/** What a metric looks at, under the names that the literature uses. */
export type MetricCategory =
  | "faithfulness"
  | "robustness"
  | "localisation"
  | "complexity"
  | "randomisation"
  | "axiomatic";

/** All that a metric may look at. A unit is what is judged and taken away as a whole: a token, a pixel, a region. */
export interface MetricContext {
  /** Relevance of each unit, `[U]`. */
  readonly relevance: ArrayLike<number>;
  /** Which units are evidence, `[U]`: 1 or true where they are. */
  readonly gold?: ArrayLike<number | boolean>;
  /** What each unit is known to contribute, `[U]`. */
  readonly known?: ArrayLike<number>;
  /** The whole answer of the method. */
  readonly attribution: Pick<Attribution, "score" | "rest" | "relevance" | "target" | "labels">;
  /** Asks the network and the method about changed inputs. */
  readonly probe: Probe;
  /** Random numbers of this example, the same for every method. */
  readonly random: RandomGenerator;
}

/**
 * A number that judges an attribution. `Needs` names what it looks at, so that a metric can be asked about plain numbers.
 */
export interface Metric<Needs extends keyof MetricContext = keyof MetricContext> {
  /** How tables call it. */
  readonly name: string;
  /** Which numbers are better. */
  readonly direction: "higher" | "lower";
  /** What it looks at. */
  readonly category: MetricCategory;
  /** Where it was defined. */
  readonly source: string;
  /**
   * The number for one example; undefined where it is not defined for it, such as a correlation with a constant. Metrics
   * that ask the network many times promise it, and can be stopped on the way.
   */
  evaluate(
    context: Pick<MetricContext, Needs>,
    options?: LongWorkOptions,
  ): number | undefined | Promise<number | undefined>;
}
