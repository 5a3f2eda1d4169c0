import { assertEquals, assertThrows } from "@std/assert";
import {
  deepLift,
  explain,
  explainTargets,
  gradCam,
  gradientTimesInput,
  gradientVariance,
  integratedGradients,
  lrp,
  networkModel,
  smoothGradient,
  windowOcclusion,
} from "../../lib/attribution/mod.ts";
import { fashionCnn, fashionSamples, intentTransformer } from "../../lib/io/mod.ts";
import { dense, embedding, maxPooling, meanPooling, multiply, relu, softmax } from "../../lib/layers/mod.ts";
import {
  attnLrp,
  epsilonPlus,
  mergeBatchNorm,
  networkBuilder,
  runNetwork,
  sequential,
} from "../../lib/networks/mod.ts";
import { lstmClassifier } from "../../lib/recurrent/mod.ts";
import { exactSum } from "../../lib/statistics.ts";
import { type Tensor, tensor, zeros } from "../../lib/tensor/mod.ts";
import { assertClose } from "../support/assert_close.ts";
import { assertMessage } from "../support/assert_message.ts";

const sum = (x: Tensor): number => exactSum(x.data);
const network = await fashionCnn();
const image = tensor((await fashionSamples()).data.slice(0, 784), [1, 28, 28]);

Deno.test("lrp({ composite }) on a network: the relevance and its ledger add up to the score", () => {
  const attribution = explain(network, image, { method: lrp({ composite: epsilonPlus() }) });
  assertEquals(attribution.target.name, "ankle boot");
  assertEquals(attribution.relevance.shape, [1, 28, 28]);
  assertEquals(attribution.tokens, []);
  const ledger = attribution.ledger!;
  assertClose(ledger.received, attribution.score, { relative: 1e-15 });
  assertClose(sum(attribution.relevance), ledger.input, { absolute: 1e-13 });
  assertEquals(ledger.relativeGap < 1e-14, true);
  assertEquals(attribution.toJSON().method, { name: "LRP (epsilonPlus)", composite: "epsilonPlus" });
  // What the plan warns of goes with the answer.
  assertEquals(attribution.notes, [
    '"b" (batchNorm) is not merged into the layer before: see mergeBatchNorm(network)',
  ]);
  const merged = explain(mergeBatchNorm(network), image, { method: lrp({ composite: epsilonPlus() }) });
  assertEquals(merged.notes, []);
});

Deno.test("lrp() without a composite is the epsilon rule in every layer with weights, and shares the bias", () => {
  // z = 2·3 + 1 = 7, then 7·2 = 14: with epsilon 0 the input gets 6/7 and the bias 1/7 of the score.
  const small = sequential([
    dense({ weights: tensor([[3]]), bias: tensor([1]) }),
    relu(),
    dense({ weights: tensor([[2]]) }),
  ]);
  const plain = explain(small, tensor([2]), { method: lrp({ epsilon: 0 }) });
  assertClose(plain.relevance, tensor([12]), { relative: 1e-15 });
  assertClose(plain.ledger!.bias, 2, { relative: 1e-15 });
  const shared = explain(small, tensor([2]), { method: lrp({ epsilon: 0.5, biasFactor: 1 }) });
  assertClose(shared.relevance, tensor([14]), { relative: 1e-15 });
});

Deno.test("a text model looks words up, explains their vectors and names the tokens", async () => {
  const transformer = await intentTransformer();
  const vocabulary = JSON.parse(
    await Deno.readTextFile(new URL("../../lib/models/snips_bilstm/vocabulary.json", import.meta.url)),
  ) as string[];
  const model = networkModel(transformer, {
    vocabulary,
    tokenize: (text) => text.split(" "),
    startToken: "<cls>",
    unknownToken: "<unk>",
  });
  const text = "add another song to the playlist";
  const attribution = explain(model, text, { method: lrp({ composite: attnLrp() }) });
  assertEquals(attribution.tokens, ["<cls>", ...text.split(" ")]);
  assertEquals(attribution.relevance.shape, [7, 48]);
  assertEquals(attribution.target.name, "AddToPlaylist");
  const ids = tensor([attribution.tokens.map((token) => vocabulary.indexOf(token))]);
  assertClose(attribution.scores, runNetwork(transformer, ids).output.data, { absolute: 1e-12 });
  assertClose(sum(attribution.relevance), attribution.ledger!.input, { absolute: 1e-12 });
  // Numbers of tokens are an input too, and an unknown word counts as the token for such words.
  const byNumber = explain(model, tensor([...ids.data]), { method: gradientTimesInput() });
  assertEquals(byNumber.tokens, attribution.tokens);
  assertEquals(explain(model, "zyx", { method: gradientTimesInput() }).tokens, ["<cls>", "zyx"]);
});

Deno.test("gradient methods are exact on a linear score", () => {
  const linear = sequential([dense({ weights: tensor([[1, -2, 3]]), bias: tensor([5]) })]);
  const x = tensor([2, 1, 4]);
  const of = (
    method: Parameters<typeof explain>[2]["method"],
  ): number[] => [...explain(linear, x, { method }).relevance.data];
  assertEquals(of(gradientTimesInput()), [2, -2, 12]);
  assertClose(of(integratedGradients({ steps: 3 })), [2, -2, 12], { relative: 1e-14 });
  assertClose(of(smoothGradient({ samples: 3 })), [1, -2, 3], { relative: 1e-15 });
  assertClose(of(gradientVariance({ samples: 4 })), [0, 0, 0], { absolute: 1e-14 });
  assertEquals(of(windowOcclusion({ window: [1] })), [2, -2, 12]);
  // Windows of two with stride 1: losses 0, 10 (and 12 for the window over the end); each place takes the mean.
  assertEquals(of(windowOcclusion({ window: [2], stride: [1] })), [0, 5, 10]);
  assertEquals(of(deepLift()), [2, -2, 12]);
  assertEquals(of(deepLift({ reference: tensor([1, 1, 1]) })), [1, 0, 9]);
});

Deno.test("DeepLIFT through max pooling adds up where the winner changes", () => {
  const pooled = sequential([maxPooling({ kernel: [2] }), meanPooling({ axis: 2 })], { labels: ["largest"] });
  const reference = tensor([[1, 4]]);
  const { relevance } = explain(pooled, tensor([[6, 2]]), {
    method: deepLift({ reference }),
    target: 0,
  });
  // 6 against 4: the new winner moved by 5 and answers for the part above the old one, 6 - 4 = 2.
  assertEquals([...relevance.data], [2, 0]);
});

Deno.test("Grad-CAM is the positive part of the channels weighted by their mean gradient", () => {
  const { relevance } = explain(network, image, { method: gradCam({ layer: "relu2", stretch: false }) });
  assertEquals(relevance.shape, [14, 14]);
  assertEquals(relevance.data.every((value) => value >= 0), true);
  const stretched = explain(network, image, { method: gradCam({ layer: "relu2" }) }).relevance;
  assertEquals(stretched.shape, [28, 28]);
  // The corner of the stretched map lies in the middle of the first cell or before it.
  assertEquals(stretched.get(0, 0), relevance.get(0, 0));
});

Deno.test("explainTargets() runs a network once for several targets", async () => {
  const [first, second] = await explainTargets(network, image, {
    method: gradientTimesInput(),
    targets: [9, { contrast: [9, 7] }],
  });
  assertEquals(first.target.name, "ankle boot");
  assertEquals(second.target.name, "ankle boot - sneaker");
});

Deno.test("what cannot be explained says so", () => {
  const composite = epsilonPlus();
  const recurrent = lstmClassifier({
    layers: [{ forward: { inputWeights: tensor([[0], [0], [1], [0]]), recurrentWeights: zeros([4, 1]) } }],
    output: { weights: tensor([[1]]) },
  });
  assertMessage(
    () => explain(recurrent, { values: tensor([[1]]) }, { method: lrp({ composite }) }),
    TypeError,
    'Cannot use composite "epsilonPlus": the model must be a network graph, got one with rules of its own',
  );
  assertMessage(
    () => explain(recurrent, { values: tensor([[1]]) }, { method: gradCam({ layer: "x" }) }),
    TypeError,
    "Cannot use Grad-CAM: the model must be a network graph, got one without",
  );
  const builder = networkBuilder();
  const two = builder.build(builder.add("product", multiply(), builder.input("a"), builder.input("b")));
  assertMessage(
    () => networkModel(two),
    RangeError,
    "Cannot explain the network: it must have one input, got a, b",
  );
  const bag = [embedding({ weights: zeros([2, 1]) }), meanPooling({ axis: 1 })];
  assertMessage(
    () => networkModel(sequential(bag)),
    RangeError,
    "Cannot explain the network: it must name its classes (option `labels`) when no dense layer says how many there are, got none",
  );
  const words = networkModel(sequential(bag, { labels: ["one"] }));
  assertMessage(
    () => words.encode("a text"),
    TypeError,
    "Cannot explain a text: the model must have a tokenizer (option `tokenize`), got none",
  );
  assertMessage(
    () => words.encode(["word"]),
    RangeError,
    'Cannot look up "word": the vocabulary must hold it, or an unknownToken',
  );
  const soft = sequential({ scores: dense({ weights: tensor([[1], [2]]) }), odds: softmax() });
  assertMessage(
    () => explain(soft, tensor([1]), { method: deepLift() }),
    TypeError,
    'Cannot use DeepLIFT: the rescale rule must be defined for layer "odds", got softmax',
  );
  assertMessage(
    () => explain(network, image, { method: gradCam({ layer: "f1" }) }),
    RangeError,
    'Cannot use Grad-CAM: layer "f1" must have shape [N, C, H, W], got [1, 64]',
  );
  assertMessage(
    () => explain(network, image, { method: windowOcclusion({ window: [3] }) }),
    RangeError,
    "Cannot use occlusion: window must have 3 positive integers, one per axis of the input, got 3",
  );
  assertMessage(
    () => smoothGradient({ samples: 0 }),
    RangeError,
    "Cannot use SmoothGrad: samples must be a positive integer, got 0",
  );
  assertMessage(
    () => gradientVariance({ noise: -1 }),
    RangeError,
    "Cannot use VarGrad: noise must be a finite number of at least 0, got -1",
  );
  assertThrows(() => lrp({ epsilon: -1 }), RangeError);
});
