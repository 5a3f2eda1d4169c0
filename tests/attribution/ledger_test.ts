import { assert, assertEquals } from "@std/assert";
import { explain, lrp } from "../../lib/attribution/mod.ts";
import { randomGenerator } from "../../lib/random.ts";
import { Ledger } from "../../lib/rules/mod.ts";
import { exactSum } from "../../lib/statistics.ts";
import { tensor } from "../../lib/tensor/mod.ts";
import { assertClose } from "../support/assert_close.ts";
import { randomLstm, randomTensor } from "../support/random_lstm.ts";

Deno.test("the ledger closes over random nets, lengths 1 to 200, every epsilon and bias factor", () => {
  for (let seed = 1; seed <= 60; seed++) {
    const random = randomGenerator(seed);
    const pick = <T>(choices: readonly T[]): T => choices[random.integer(choices.length)]!;
    const size = (): number => 1 + random.integer(8);
    const { model } = randomLstm(random, {
      inputSize: size(),
      hiddenSizes: Array.from({ length: pick([1, 2, 3]) }, size),
      classes: size(),
      bidirectional: pick([true, false]),
      biases: pick([true, false]),
      scale: pick([0.1, 0.5, 1, 2]),
    });
    const steps = seed <= 2 ? [1, 200][seed - 1]! : 1 + random.integer(200);
    const input = { values: randomTensor(random, [steps, model.inputSize]) };
    for (const epsilon of [1e-9, 1e-6, 1e-3, 0.1, 10]) {
      for (const biasFactor of [0, 0.3, 1]) {
        const target = random.integer(model.labels.length);
        const attribution = explain(model, input, { method: lrp({ epsilon, biasFactor }), target });
        const ledger = attribution.ledger!;
        const where = `seed ${seed}, epsilon ${epsilon}, bias factor ${biasFactor}`;
        assert(ledger.relativeGap <= 1e-12, `${where}: gap ${ledger.relativeGap} of ${ledger.scale}`);
        assertEquals(ledger.received, attribution.score, where);
        // The two ways to add the input up differ by rounding only.
        const total = exactSum(attribution.tokenRelevance);
        assertClose(ledger.input, total, { absolute: 1e-13 * ledger.scale, where });
        if (biasFactor === 1) assertEquals([ledger.bias, ledger.stabilizer], [0, 0]);
        const perCell = 1 + steps * model.layers.reduce((n, { reverse }) => n + (reverse ? 2 : 1), 0);
        assertEquals(ledger.entries.length, perCell);
      }
    }
  }
});

Deno.test("a ledger states what its lines absorbed, and the gap that they leave", () => {
  const entries = [
    { layer: "b", received: 10, sent: 6, bias: 1, stabilizer: 3 }, // 10 - 6 - 1 - 3 = 0
    { layer: "a", received: 6, sent: 4, bias: 0.5, stabilizer: 1 }, // 6 - 4 - 0.5 - 1 = 0.5
  ];
  const ledger = new Ledger(entries, { received: 10, input: 3, rest: 1 });
  assertEquals([ledger.bias, ledger.stabilizer], [1.5, 4]);
  assertEquals(ledger.gap, 0.5); // 10 - 3 - 1 - 1.5 - 4
  assertEquals(ledger.scale, 10);
  assertEquals(ledger.relativeGap, 0.05);
  assertEquals(ledger.toJSON(), { received: 10, input: 3, rest: 1, bias: 1.5, stabilizer: 4, gap: 0.5 });
  assertEquals(
    `${ledger}`,
    "received         10.0000\ninput            3.00000\nrest             1.00000\n" +
      "bias             1.50000\nstabilizer       4.00000\ngap             0.500000",
  );
});

Deno.test("positions of both directions are those of the input", () => {
  // Only position 2 of 5 has an input, and the candidate has no bias: relevance of inputs is sent there and nowhere else.
  const { model } = randomLstm(randomGenerator(4), {
    inputSize: 1,
    hiddenSizes: [1],
    classes: 1,
    bidirectional: true,
    biases: false,
  });
  const values = tensor([[0], [0], [1], [0], [0]]);
  const { ledger } = explain(model, { values }, { method: lrp({ epsilon: 0.01 }), target: 0 });
  for (const direction of ["forward", "reverse"]) {
    const lines = ledger!.entries.filter(({ layer }) => layer === `LSTM layer 0 (${direction})`);
    assertEquals(lines.map(({ position }) => position).toSorted(), [0, 1, 2, 3, 4]);
    // Before it has read its input the cell is in its zero state: there is nothing to share out, and nothing arrives.
    const read = direction === "forward" ? [2, 3, 4] : [0, 1, 2];
    for (const { position, received } of lines) assertEquals(received !== 0, read.includes(position!));
  }
});

Deno.test("absorbed shares of one unit are what the arithmetic says", () => {
  const random = randomGenerator(3);
  const { model, output } = randomLstm(random, {
    inputSize: 1,
    hiddenSizes: [1],
    classes: 1,
    bidirectional: false,
  });
  const epsilon = 0.5;
  const attribution = explain(model, { values: randomTensor(random, [1, 1]) }, {
    method: lrp({ epsilon }),
    target: 0,
  });
  const [score] = attribution.scores;
  // The output layer shares s out as (w h + b + eps sign) / (s + eps sign) · s: bias and stabilizer absorb their terms.
  const sign = score! >= 0 ? 1 : -1;
  const line = attribution.ledger!.entries[0]!;
  assertEquals(line.layer, "output");
  assertClose(line.bias, output.bias.get(0) / (score! + epsilon * sign) * score!, { relative: 1e-14 });
  assertClose(line.stabilizer, epsilon * sign / (score! + epsilon * sign) * score!, { relative: 1e-14 });
  assertEquals(attribution.ledger!.entries[1]!.position, 0);
});
