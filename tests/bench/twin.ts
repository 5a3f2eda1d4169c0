import { lrp } from "../../lib/attribution/mod.ts";
import { lstmForward, lstmGradient, lstmRelevance, type LstmTrace } from "../../lib/kernels/mod.ts";
import { randomGenerator } from "../../lib/random.ts";
import { type RecurrentCell, RecurrentClassifier } from "../../lib/recurrent/mod.ts";
import { tensor } from "../../lib/tensor/mod.ts";
import { contest, measure, ratio } from "./contest.ts";
import { explainCorpus } from "./explain_corpus.ts";
import { sstLengths, workload } from "./workload.ts";

/** The TypeScript twins of the kernels, one sentence after the other, against the compiled kernels in float64. */
export async function twin(): Promise<string> {
  const lengths = sstLengths(randomGenerator(5)).filter((_, i) => i % 8 === 0);
  const sizes = { inputSize: 60, hiddenSize: 60, classes: 5, vocabulary: 13000 };
  const { model, inputs } = workload("twin", { ...sizes, lengths }), method = lrp({ epsilon: 0.001 });
  const twins = { model: onTwins(model), inputs };
  const [compiled, typescript] = await contest([
    { name: "WebAssembly", run: () => measure(() => explainCorpus({ model, inputs }, { method })) },
    { name: "TypeScript", run: () => measure(() => explainCorpus(twins, { method })) },
  ], { rounds: 5 });
  const rows = [compiled!, typescript!].map(({ name, cpu, wall }) =>
    `| ${name} | ${wall.toPrecision(4)} | ${cpu.toPrecision(4)} |`
  );
  const times = ratio(compiled!, typescript!, "cpu").toFixed(1);
  return [
    `${inputs.length} sentences, float64; WebAssembly is ${times} times faster by processor time`,
    "",
    "| | wall ms | cpu ms |",
    "| --- | ---: | ---: |",
    ...rows,
  ].join("\n");
}

/** The same net with cells that run on the twins. */
function onTwins({ layers, outputWeights, outputBias, table }: RecurrentClassifier): RecurrentClassifier {
  const cellOf = ({ lstmWeights, ...cell }: RecurrentCell): RecurrentCell => ({
    ...cell,
    forward: (input, steps) => lstmForward(lstmWeights!, input, steps),
    relevance: (trace, above, options) => lstmRelevance(lstmWeights!, trace as LstmTrace, above, options),
    gradient: (trace, above) => lstmGradient(lstmWeights!, trace as LstmTrace, above),
  });
  const classes = outputBias.length;
  return new RecurrentClassifier(
    layers.map(({ forward, reverse }) => ({ forward: cellOf(forward), reverse: cellOf(reverse!) })),
    { ...table, output: { weights: tensor(outputWeights, [classes, outputWeights.length / classes]) } },
  );
}
