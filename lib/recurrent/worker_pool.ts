import { WorkerCrew } from "./worker_crew.ts";

const crews = new WeakMap<WorkerPool, WorkerCrew>();

/**
 * Threads that stay ready from one call to the next: starting one takes some 15 ms.
 *
 * One call at a time works with them; a call that comes while another is under way starts threads of its own. A thread
 * that dies is replaced for the next call. The program does not end as long as a pool is open.
 *
 * @example Two calls with the same threads
 * ```ts
 * import { explainAll, lrp, WorkerPool } from "@relprop/lrp/attribution";
 * import { lstmClassifier } from "@relprop/lrp/recurrent";
 * import { tensor, zeros } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const model = lstmClassifier({
 *   layers: [{ forward: { inputWeights: tensor([[0], [0], [1], [0]]), recurrentWeights: zeros([4, 1]) } }],
 *   output: { weights: tensor([[1], [-1]]) },
 *   embeddings: tensor([[0], [2]]),
 *   vocabulary: ["the", "end"],
 * });
 * using workers = new WorkerPool(2);
 * for (const epsilon of [0.1, 0.001]) {
 *   const answers = await Array.fromAsync(explainAll(model, ["the end"], { method: lrp({ epsilon }), workers }));
 *   assertEquals(answers[0]!.attribution!.target.name, "0");
 * }
 * ```
 */
export class WorkerPool implements Disposable {
  /** Threads, that of the caller included. */
  readonly workers: number;

  /**
   * Makes a pool; its threads start when there is work for them.
   *
   * @param workers Threads, that of the caller included.
   * @throws {RangeError} If it is not a positive integer.
   */
  constructor(workers: number) {
    if (!Number.isInteger(workers) || workers < 1) {
      throw new RangeError(
        `Cannot make a pool of workers: their number must be a positive integer, got ${workers}`,
      );
    }
    this.workers = workers;
    crews.set(this, new WorkerCrew(workers - 1));
  }

  /** Ends the threads: a call under way goes on without them, and the next starts new ones. */
  close(): void {
    crews.get(this)!.close();
  }

  /** The same as {@linkcode close}. */
  [Symbol.dispose](): void {
    this.close();
  }
}

/** The threads of a pool besides that of the caller. */
export function crewOf(pool: WorkerPool): WorkerCrew {
  return crews.get(pool)!;
}
