import { explainAll, lrp } from "../../lib/attribution/mod.ts";
import { contest, type Contestant, ratio } from "./contest.ts";
import { Peer, type PeerLoad } from "./peer.ts";
import type { Workload } from "./workload.ts";

/** A line of the table: who, against whom, and by which clock. */
export type Comparison = readonly [ours: string, peer: string, by: "wall" | "cpu"];

/** A peer and what it runs. */
export type NamedLoad = Omit<PeerLoad, "folder"> & { readonly name: string };

/**
 * Runs all in turns and prints who takes how long, and how many times faster ours are.
 *
 * @param options.values What the peers in float64 must agree with.
 */
export async function report(
  load: Workload,
  { python, ours, peers, times = 1, values, rounds, comparisons }: {
    python: string | undefined;
    ours: readonly Contestant[];
    peers: readonly NamedLoad[];
    times?: number;
    values: () => Promise<Float64Array>;
    rounds: number;
    comparisons: readonly Comparison[];
  },
): Promise<string> {
  const folder = await Deno.makeTempDir();
  await load.write(folder);
  const lines: string[] = [], contestants = [...ours], running: Peer[] = [];
  let expected: Promise<Float64Array> | undefined;
  for (const { name, parts = 1, ...rest } of python ? peers : []) {
    const group = await Promise.all(
      Array.from({ length: parts }, (_, part) => Peer.start(python!, { ...rest, folder, part, parts })),
    );
    running.push(...group.map(({ peer }) => peer));
    if (parts === 1 && rest.dtype === "float64") {
      const error = largestDifference(await group[0]!.peer.values(rest.kind), await (expected ??= values()));
      if (!(error <= 1e-10)) throw new Error(`${name} differs from ours by ${error}`);
      lines.push(`${name} (${group[0]!.version}) agrees to ${error.toExponential(1)}`);
    }
    contestants.push({
      name,
      run: async () => {
        const start = performance.now();
        const timings = await Promise.all(group.map(({ peer }) => peer.run(times)));
        const wall = parts > 1 ? performance.now() - start : timings[0]!.wall;
        return { wall, cpu: timings.reduce((sum, { cpu }) => sum + cpu, 0) };
      },
    });
  }
  const results = await contest(contestants, { rounds });
  for (const peer of running) await peer.stop();
  await Deno.remove(folder, { recursive: true });
  const named = new Map(results.map((result) => [result.name, result]));
  const each = (time: number): string => (time / times).toPrecision(4);
  lines.push("", "| | wall ms | cpu ms | fastest, wall | cpu |", "| --- | ---: | ---: | ---: | ---: |");
  for (const { name, wall, cpu, fastest } of results) {
    lines.push(`| ${[name, ...[wall, cpu, fastest.wall, fastest.cpu].map(each)].join(" | ")} |`);
  }
  lines.push(
    "",
    "| ours | against | by | times faster | by the fastest |",
    "| --- | --- | --- | ---: | ---: |",
  );
  for (const [our, peer, by] of comparisons) {
    const [a, b] = [named.get(our), named.get(peer)];
    if (!a || !b) continue;
    const best = b.fastest[by] / a.fastest[by];
    lines.push(`| ${our} | ${peer} | ${by} | ${ratio(a, b, by).toFixed(2)} | ${best.toFixed(2)} |`);
  }
  return lines.join("\n");
}

/** Relevance of all tokens or of all inputs, one sentence after the other. */
export async function relevanceOf(
  { model, inputs }: Workload,
  detail: "tokens" | "inputs" = "inputs",
): Promise<Float64Array> {
  const parts: Float64Array[] = [];
  for await (
    const { attribution } of explainAll(model, inputs, { method: lrp({ epsilon: 0.001 }), detail })
  ) {
    parts.push(Float64Array.from(attribution!.relevance.data));
  }
  const all = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  parts.reduce((at, part) => (all.set(part, at), at + part.length), 0);
  return all;
}

function largestDifference(a: Float64Array, b: Float64Array): number {
  if (a.length !== b.length) return Infinity;
  return a.reduce((largest, value, i) => {
    const difference = Math.abs(value - b[i]!);
    return difference <= largest ? largest : difference;
  }, 0);
}
