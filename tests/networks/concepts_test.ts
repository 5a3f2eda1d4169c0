import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { fashionCnn, fashionSamples } from "../../lib/io/mod.ts";
import { convolution, dense, flatten, relu } from "../../lib/layers/mod.ts";
import {
  channelRelevance,
  conceptGraph,
  conceptMask,
  epsilonAlpha2Beta1,
  epsilonPlus,
  epsilonPlusFlat,
  mergeBatchNorm,
  propagateRelevance,
  referenceSamples,
  runNetwork,
  seedFor,
  sequential,
} from "../../lib/networks/mod.ts";
import { eagerOps as ops } from "../../lib/ops/mod.ts";
import { randomGenerator } from "../../lib/random.ts";
import { exactSum } from "../../lib/statistics.ts";
import { type Tensor, tensor } from "../../lib/tensor/mod.ts";
import { assertClose } from "../support/assert_close.ts";
import { randomTensor } from "../support/layer_cases.ts";

const network = mergeBatchNorm(await fashionCnn());
const images = ops.slice(await fashionSamples(), 0, 0, 2);
const run = runNetwork(network, images);
const seed = seedFor(run.output);
const composite = epsilonPlus();
const sum = (x: Tensor): number => exactSum(x.data);

Deno.test("relevance of concepts: masks over all channels of a layer add up to the relevance without a mask", () => {
  const whole = propagateRelevance(network, run, { composite, seed });
  const parts = [[0, 1, 2, 3, 4, 5, 6, 7], [8, 9, 10, 11, 12, 13, 14, 15]].map((channels) =>
    propagateRelevance(network, run, {
      composite,
      seed,
      masks: { relu1: conceptMask(channels, { size: 16, rank: 4 }) },
    })
  );
  assertClose(ops.add(parts[0].input, parts[1].input), whole.input, { absolute: 1e-13 });
  for (const { ledger } of parts) {
    assertEquals(ledger.relativeGap < 1e-14, true);
    const mask = ledger.entries.find(({ rule }) => rule === "mask")!;
    assertEquals(mask.layer, "relu1");
    assertClose(mask.lost!, ledger.lost, { relative: 1e-15 });
  }
  const kept = channelRelevance(parts[0].relevance.get("relu1")!);
  const all = channelRelevance(whole.relevance.get("relu1")!);
  assertEquals(kept.shape, [2, 16]);
  assertEquals([...kept.data].slice(0, 8), [...all.data].slice(0, 8));
  assertEquals([...kept.data].slice(8, 16), new Array(8).fill(0));
});

Deno.test("relevance can start at any value, and then goes on as it would have", () => {
  const whole = propagateRelevance(network, run, { composite, seed });
  const from = whole.relevance.get("pool1")!;
  const later = propagateRelevance(network, run, { composite, seed: { pool1: from } });
  assertEquals([...later.input.data], [...whole.input.data]);
  assertClose(later.ledger.received, sum(from), { relative: 1e-15 });
});

Deno.test("relevance of parameters by hand: what passes along each connection and what the bias absorbs", () => {
  const small = sequential({ layer: dense({ weights: tensor([[3, 4]]), bias: tensor([1]) }) });
  // z = 1·3 + 2·4 + 1 = 12: of 12 the connections carry 3 and 8, the bias absorbs 1.
  const { parameters } = propagateRelevance(small, tensor([[1, 2]]), {
    composite: epsilonPlus({ epsilon: 0 }),
    seed: tensor([[12]]),
  });
  assertEquals([...parameters().get("layer.weights")!.data], [3, 8]);
  assertEquals([...parameters().get("layer.bias")!.data], [1]);
});

Deno.test("relevance of parameters adds up to what a layer sends on and what its bias absorbs, for every composite", () => {
  const random = randomGenerator(5);
  const of = (...shape: number[]): Tensor => randomTensor(random, shape);
  const small = sequential({
    first: convolution({ weights: of(4, 1, 3, 3), bias: of(4), groups: 2, stride: 2, padding: 1 }),
    relu: relu(),
    flatten: flatten(),
    last: dense({ weights: of(3, 36), bias: of(3) }),
  });
  const x = of(3, 2, 5, 5);
  for (const rules of [epsilonPlus(), epsilonPlusFlat(), epsilonAlpha2Beta1()]) {
    const { parameters, ledger } = propagateRelevance(small, x, { composite: rules, seed: of(3, 3) });
    const found = parameters();
    for (const { layer, sent, bias } of ledger.entries) {
      const weights = found.get(`${layer}.weights`);
      if (!weights) continue;
      assertEquals(weights.shape, small.node(layer).layer.parameters.weights.shape);
      assertClose(sum(weights), sent, { absolute: 1e-12, relative: 1e-12, where: `${rules.name} ${layer}` });
      // Flat takes no bias.
      const absorbed = found.get(`${layer}.bias`);
      assertClose(absorbed ? sum(absorbed) : 0, bias, { absolute: 1e-12, relative: 1e-12 });
    }
    assertEquals(found.has("last.bias"), true);
  }
});

Deno.test("reference samples are the examples with the most relevance or activation in a channel", async () => {
  const data = await fashionSamples();
  const lists = await referenceSamples(network, data, { layer: "relu2", composite, count: 3, batch: 5 });
  assertEquals(lists.length, 32);
  const all = runNetwork(network, data);
  const relevance = channelRelevance(
    propagateRelevance(network, all, { composite, seed: seedFor(all.output) }).relevance.get("relu2")!,
  );
  for (const [channel, list] of lists.entries()) {
    const column = Array.from({ length: 16 }, (_, n) => relevance.get(n, channel));
    const order = [...column.keys()].toSorted((a, b) => column[b] - column[a]).slice(0, 3);
    assertClose(list.map(({ amount }) => amount), order.map((n) => column[n]), { absolute: 1e-13 });
    if (column[order[0]] > 0) assertEquals(list[0].example, order[0]);
  }
  const active = await referenceSamples(network, data, {
    layer: "relu2",
    composite,
    count: 1,
    by: "activation",
  });
  const amounts = channelRelevance(all.values.get("relu2")!);
  assertClose(active[7][0].amount, Math.max(...Array.from({ length: 16 }, (_, n) => amounts.get(n, 7))), {
    relative: 1e-13,
  });
});

Deno.test("an attribution graph shares the relevance of each channel among those below", async () => {
  const one = runNetwork(network, ops.slice(images, 0, 0, 1));
  const graph = await conceptGraph(network, one, {
    composite,
    seed: seedFor(one.output),
    layers: ["relu2", "relu1"],
    top: 16,
  });
  assertEquals(graph.nodes.filter(({ layer }) => layer === "relu2").length, 16);
  assertEquals(graph.nodes.filter(({ layer }) => layer === "relu1").length, 16); // all of them
  assertEquals(graph.edges.length, 16 * 16);
  for (const [index, node] of graph.nodes.entries()) {
    if (node.layer !== "relu1") continue;
    const incoming = graph.edges.filter(({ to }) => to === index).reduce(
      (total, edge) => total + edge.relevance,
      0,
    );
    assertClose(incoming, node.relevance, { absolute: 1e-12 });
  }
  const strongest = graph.nodes[0];
  const whole = propagateRelevance(network, one, { composite, seed: seedFor(one.output) });
  assertEquals(
    strongest.relevance,
    channelRelevance(whole.relevance.get("relu2")!).get(0, strongest.channel),
  );
  await assertRejects(
    () => conceptGraph(network, one, { composite, seed: seedFor(one.output), layers: ["none"] }),
    RangeError,
    'Cannot find layer "none": the network has ',
  );
  assertThrows(
    () => conceptMask([3], { size: 3, rank: 2 }),
    RangeError,
    "Cannot mask: places must be whole numbers from 0 to 2, got 3",
  );
});
