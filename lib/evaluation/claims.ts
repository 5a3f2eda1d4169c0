import type { MimeBundle } from "../plot/display/display.ts";
import { Table } from "./table.ts";

/** Under which media type a notebook hands its claims over as data. */
export const CLAIMS = "application/vnd.relprop.claims+json";

/** A claim that an experiment puts to the test. */
export interface Claim {
  /** What is claimed. */
  readonly claim: string;
  /** The value as it was printed, and where. Absent where no printed value is known. */
  readonly published?: { readonly value: string; readonly source: string };
  /** What was found, with its interval where there is one. */
  readonly ours: string;
  /** Whether what was found bears the claim out. */
  readonly holds: boolean;
}

/**
 * The claims of an experiment as a table: claim, published, ours, verdict. A notebook that shows it hands the claims over
 * as data too, under `application/vnd.relprop.claims+json`.
 *
 * @example The verdict follows from the numbers
 * ```ts
 * import { Claims } from "@relprop/lrp/evaluation";
 * import { assertEquals } from "@std/assert";
 *
 * const accuracy = 0.9924;
 * const claims = new Claims([{
 *   claim: "the network reads digits",
 *   ours: `${100 * accuracy} %`,
 *   holds: accuracy > 0.99,
 * }], { seed: 1 });
 * assertEquals(claims.rows[0], ["the network reads digits", "–", "99.24 %", "holds"]);
 * ```
 */
export class Claims extends Table {
  /** The claims, in order. */
  readonly claims: readonly Claim[];
  /** What the experiment drew its random numbers from. */
  readonly seed: string;

  /**
   * Makes the table.
   *
   * @param options.seed What the experiment drew its random numbers from; `"none"` where it drew none.
   */
  constructor(claims: readonly Claim[], { seed }: { readonly seed: number | string }) {
    super({
      title: "Claims",
      columns: ["claim", "published", "ours", "verdict"],
      rows: claims.map(({ claim, published, ours, holds }) => [
        claim,
        published ? `${published.value} (${published.source})` : "–",
        ours,
        holds ? "holds" : "fails",
      ]),
    });
    this.claims = Object.freeze([...claims]);
    this.seed = `${seed}`;
  }

  /** What a notebook gets: the table, and the claims as data. */
  override toBundle(): MimeBundle {
    return { ...super.toBundle(), [CLAIMS]: { seed: this.seed, claims: this.claims } };
  }
}
