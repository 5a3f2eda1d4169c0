import { type Attribution, explainAll, type Explained, lrp } from "../../lib/attribution/mod.ts";
import { randomGenerator } from "../../lib/random.ts";
import { sstLengths, workload } from "./workload.ts";

/** What float32 changes in the relevance of the words of a corpus, for three sizes of epsilon. */
export async function accuracy(): Promise<string> {
  const lengths = sstLengths(randomGenerator(5));
  const { model, inputs } = workload("corpus", {
    inputSize: 60,
    hiddenSize: 60,
    classes: 5,
    vocabulary: 13000,
    lengths,
  });
  const lines = [
    "| epsilon | largest error of a word over the largest word of its sentence | sign flips | other top word | other class |",
    "| ---: | ---: | ---: | ---: | ---: |",
  ];
  for (const epsilon of [0.01, 0.001, 0.0001]) {
    const target = 0, method = lrp({ epsilon });
    const all = (precision: "float64" | "float32"): AsyncGenerator<Explained> =>
      explainAll(model.withPrecision(precision), inputs, { method, target });
    const rounded = all("float32");
    let error = 0, flips = 0, tops = 0, classes = 0, words = 0;
    for await (const { attribution: exact } of all("float64")) {
      const other = (await rounded.next()).value.attribution as Attribution;
      const a = exact!.tokenRelevance, b = other.tokenRelevance;
      const largest = a.reduce((size, value) => Math.max(size, Math.abs(value)), 0);
      words += a.length;
      a.forEach((value, i) => {
        error = Math.max(error, Math.abs(value - b[i]!) / largest);
        if (value * b[i]! < 0) flips++;
      });
      if (argmax(a) !== argmax(b)) tops++;
      if (argmax(exact!.scores) !== argmax(other.scores)) classes++;
    }
    const of = (count: number, total: number): string => `${count} of ${total}`;
    lines.push(
      `| ${epsilon} | ${error.toExponential(1)} | ${of(flips, words)} | ${of(tops, inputs.length)} | ${
        of(classes, inputs.length)
      } |`,
    );
  }
  return lines.join("\n");
}

function argmax(values: Float64Array): number {
  return values.reduce((best, value, i) => value > values[best]! ? i : best, 0);
}
