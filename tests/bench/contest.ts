import process from "node:process";
import { median } from "../../lib/statistics.ts";
import type { Timing } from "./peer.ts";

/** Something that is measured. */
export interface Contestant {
  readonly name: string;
  run(): Promise<Timing>;
}

/** The middle of all rounds. */
export interface Result {
  readonly name: string;
  readonly rounds: readonly Timing[];
  readonly wall: number;
  readonly cpu: number;
  /** The least of all rounds: what disturbs one only makes it slower. */
  readonly fastest: Timing;
}

/** Measures something of this process. */
export async function measure(run: () => unknown): Promise<Timing> {
  const { user, system } = process.cpuUsage(), start = performance.now();
  await run();
  const wall = performance.now() - start, used = process.cpuUsage();
  return { wall, cpu: (used.user - user + used.system - system) / 1000 };
}

/** How long a contestant runs before its time counts: after a rest the same code may take nearly twice as long here. */
const AWAKE_MS = 500;

/** Measures all contestants in turn, round after round, so that what disturbs one disturbs all. */
export async function contest(
  contestants: readonly Contestant[],
  { rounds, warmUps = 1 }: { rounds: number; warmUps?: number },
): Promise<Result[]> {
  const timings = contestants.map(() => [] as Timing[]);
  for (let round = -warmUps; round < rounds; round++) {
    for (const [i, contestant] of contestants.entries()) {
      for (const end = performance.now() + AWAKE_MS; performance.now() < end;) await contestant.run();
      const timing = await contestant.run();
      if (round >= 0) timings[i]!.push(timing);
    }
  }
  return contestants.map(({ name }, i) => ({
    name,
    rounds: timings[i]!,
    wall: median(timings[i]!.map(({ wall }) => wall)),
    cpu: median(timings[i]!.map(({ cpu }) => cpu)),
    fastest: {
      wall: Math.min(...timings[i]!.map(({ wall }) => wall)),
      cpu: Math.min(...timings[i]!.map(({ cpu }) => cpu)),
    },
  }));
}

/** How many times faster `ours` is than `peer`: the median of the ratios within a round. */
export function ratio(ours: Result, peer: Result, by: "wall" | "cpu"): number {
  return median(ours.rounds.map((timing, round) => peer.rounds[round]![by] / timing[by]));
}
