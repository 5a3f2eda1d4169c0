import { concatenate } from "../layers/mod.ts";
import type { Ops } from "../ops/mod.ts";
import { defineRule, type Rule, type RuleContext, type Shares } from "../rules/mod.ts";
import { zeros } from "../tensor/mod.ts";
import { type LayerSink, networkBuilder } from "./builder.ts";
import { forwardPass } from "./forward_pass.ts";
import type { Network, NetworkNode } from "./network.ts";
import type { CellStep } from "./recurrent_cell.ts";
import { type LayerRelevance, relevancePass } from "./relevance_pass.ts";

/** One direction of a recurrent layer. */
export interface RecurrentSide {
  /** `forward` or `reverse`. */
  readonly name: string;
  /** What its states are called, the hidden one first. */
  readonly states: readonly string[];
  /** Their size. */
  readonly size: number;
  /** Its step. */
  readonly step: CellStep;
}

/** One step of one direction as a network: from the input and the states before to the states after. */
interface StepNetwork {
  readonly network: Network;
  readonly side: RecurrentSide;
  /** The names of the input and of the states before. */
  readonly inputs: readonly string[];
  /** The names of the states after. */
  readonly states: readonly string[];
}

function stepNetwork(side: RecurrentSide, layer: string): StepNetwork {
  const builder = networkBuilder();
  const at = `${layer}.${side.name}`;
  const input = builder.input(`${at}.input`);
  const before = side.states.map((state) => builder.input(`${at}.previous.${state}`));
  const states = side.step(builder, { at, input, states: before });
  return { network: builder.build(states[0]), side, inputs: [input, ...before], states };
}

/** States of zeros for each example of a sequence `[T, N, E]`. */
function zeroState<T>(ops: Ops<T>, x: T, size: number): T {
  const first = ops.reshape(ops.slice(x, 0, 0, 1), ops.shape(x).slice(1));
  return ops.matmul(first, ops.constant(zeros([ops.shape(x)[2], size])));
}

/** What a recurrent layer reads: a sequence `[T, N, E]`, and which of its steps count, `[T, N, 1]`. */
interface Sequence<T> {
  readonly x: T;
  readonly mask: T | undefined;
}

/** The inputs of a layer, `[N, T, E]` and perhaps `[N, T]`, step by step. */
function sequenceOf<T>(ops: Ops<T>, [input, mask]: readonly T[]): Sequence<T> {
  const x = turned(ops, input);
  if (mask === undefined) return { x, mask };
  const [steps, examples] = ops.shape(x);
  return { x, mask: ops.reshape(ops.transpose(mask, [1, 0]), [steps, examples, 1]) };
}

/** Every value of a step but its input, over all steps, and the hidden states after them. */
function runSteps<T>(
  ops: Ops<T>,
  { network, side, inputs, states }: StepNetwork,
  { x, mask }: Sequence<T>,
): { values: ReadonlyMap<string, T>; hidden: T } {
  const start = zeroState(ops, x, side.size);
  const names = [...inputs.slice(1), ...network.nodes.map(({ name }) => name)];
  const { outputs: [hidden, ...outputs] } = ops.scan(
    {
      inputs: mask === undefined ? [x] : [x, mask],
      states: side.states.map(() => start),
      backwards: side.name === "reverse",
    },
    ([row, counts], before) => {
      const given = [row, ...before].map((value, i) => [inputs[i], value] as const);
      const values = forwardPass(ops, network, Object.fromEntries(given));
      // A step that does not count leaves the states as they are.
      const after = states.map((name, i) => {
        const next = values.get(name)!;
        return counts === undefined ? next : ops.where(counts, next, before[i]);
      });
      return { states: after, outputs: [after[0], ...names.map((name) => values.get(name)!)] };
    },
  );
  return { values: new Map(names.map((name, i) => [name, outputs[i]])), hidden };
}

/** `[N, T, …]` as `[T, N, …]`, and back. */
function turned<T>(ops: Ops<T>, x: T): T {
  return ops.transpose(x, [1, 0, 2]);
}

/** The hidden states of all steps: `[N, T, E]` and perhaps a mask `[N, T]` -> `[N, T, D]`, directions side by side. */
export function recurrentForward<T>(ops: Ops<T>, sides: readonly RecurrentSide[], inputs: readonly T[]): T {
  const sequence = sequenceOf(ops, inputs);
  const hidden = sides.map((side) => runSteps(ops, stepNetwork(side, "layer"), sequence).hidden);
  return turned(ops, ops.concatenate(hidden, 2));
}

const ACCOUNTS = ["bias", "stabilizer", "lost"] as const;
type Accounts<T> = Partial<Record<typeof ACCOUNTS[number], T>>;

/** What the layers of one step did not send on, per example. */
function accountOf<T>(ops: Ops<T>, done: readonly LayerRelevance<T>[]): Accounts<T> {
  const accounts: Accounts<T> = {};
  const book = (account: keyof Accounts<T>, part: T): void => {
    const before = accounts[account];
    accounts[account] = before === undefined ? part : ops.add(before, part);
  };
  for (const { rule, relevance, shares } of done) {
    const whole = (part: T): T => ops.sum(part, [1]);
    const spread = (part: T): T => whole(ops.expandLike(part, relevance));
    for (const account of ACCOUNTS) {
      const part = shares[account];
      if (part !== undefined && (rule.accounts || account !== "lost")) book(account, spread(part));
    }
    if (rule.accounts) continue;
    book("lost", whole(relevance));
    for (const part of shares.inputs) book("lost", ops.negate(whole(part)));
    for (const part of [shares.bias, shares.stabilizer]) {
      if (part !== undefined) book("lost", ops.negate(spread(part)));
    }
  }
  return accounts;
}

/** Relevance back through the steps of one direction, `[T, N, …]` as the input. */
function sideShares<T>(
  ops: Ops<T>,
  step: StepNetwork,
  { sequence, relevance, ruleOf }: {
    sequence: Sequence<T>;
    relevance: T;
    ruleOf: (node: NetworkNode) => Rule;
  },
): { input: T; rest: readonly T[]; accounts: Accounts<T> } {
  const { network, side, inputs, states } = step;
  const { x, mask } = sequence;
  const { values } = runSteps(ops, step, sequence);
  const names = [inputs[0], ...values.keys()];
  const start = zeroState(ops, x, side.size);
  let booked: readonly (keyof Accounts<T>)[] = [];
  const { states: rest, outputs: [input, ...parts] } = ops.scan(
    {
      inputs: [relevance, x, ...values.values(), ...mask === undefined ? [] : [mask]],
      states: side.states.map(() => start),
      backwards: side.name !== "reverse",
    },
    ([received, ...row], carried) => {
      const here = new Map(names.map((name, i) => [name, row[i]]));
      const counts = mask === undefined ? undefined : row[names.length];
      const counted = (part: T, otherwise: T | number): T =>
        counts === undefined ? part : ops.where(counts, part, otherwise);
      // What a step that does not count has received belongs to the states before it.
      const whole = carried.map((part, i) => i === 0 ? ops.add(received, part) : part);
      const seeds = states.map((name, i) => [name, counted(whole[i], 0)]);
      const done: LayerRelevance<T>[] = [];
      const sent = relevancePass(ops, network, here, {
        seeds: Object.fromEntries(seeds),
        ruleOf,
        layerDone: (layer) => void done.push(layer),
      });
      const accounts = accountOf(ops, done);
      booked = ACCOUNTS.filter((account) => accounts[account] !== undefined);
      const [input, ...before] = inputs.map((name) => sent.get(name) ?? ops.multiply(here.get(name)!, 0));
      return {
        states: before.map((part, i) => counted(part, whole[i])),
        outputs: [input, ...booked.map((account) => accounts[account]!)].map((part) => counted(part, 0)),
      };
    },
  );
  return { input, rest, accounts: Object.fromEntries(booked.map((account, i) => [account, parts[i]])) };
}

/** Relevance back through a recurrent layer at work, by rules for the layers of its steps. */
export function recurrentShares<T>(
  { ops, name, inputs, relevance }: Pick<RuleContext<T>, "ops" | "name" | "inputs" | "relevance">,
  sides: readonly RecurrentSide[],
  ruleOf: (node: NetworkNode) => Rule,
): Shares<T> {
  const sequence = sequenceOf(ops, inputs);
  const received = turned(ops, relevance);
  const width = sides.reduce((sum, { size }) => sum + size, 0);
  let start = 0;
  const parts = sides.map((side) => {
    const end = start + side.size;
    const relevance = sides.length === 1 ? received : ops.slice(received, 2, start, end);
    start = end;
    return sideShares(ops, stepNetwork(side, name), { sequence, relevance, ruleOf });
  });
  const sum = (values: readonly T[]): T => values.reduce((a, b) => ops.add(a, b));
  const shares = ACCOUNTS.flatMap((account) => {
    const found = parts.flatMap(({ accounts }) => accounts[account] === undefined ? [] : [accounts[account]]);
    // Each place of the output has an equal part of what its step did not send on.
    return found.length === 0 ? [] : [[account, ops.divide(turned(ops, sum(found)), width)] as const];
  });
  return {
    inputs: [
      turned(ops, sum(parts.map((part) => part.input))),
      // A second input is a mask: nothing to explain.
      ...inputs.slice(1).map((mask) => ops.multiply(mask, 0)),
    ],
    rest: sum(parts.flatMap(({ rest }) => rest.map((part) => ops.sum(part, [1])))),
    ...Object.fromEntries(shares),
  };
}

/** The rule of a recurrent layer whose steps have rules. */
export function stepsRule(
  sides: readonly RecurrentSide[],
  ruleOf: (node: NetworkNode) => Rule,
): Rule {
  return defineRule({
    name: "steps",
    options: {},
    families: ["recurrent"],
    accounts: true,
    propagate: (context) => recurrentShares(context, sides, ruleOf),
  });
}

/** Adds the layers of one step of each direction, as plans show them; gives the name of the output. */
export function addSteps(
  sink: LayerSink,
  { name, inputs: [input] }: NetworkNode,
  sides: readonly RecurrentSide[],
): string {
  const hidden = sides.map((side) => {
    const { network, inputs: [own, ...before] } = stepNetwork(side, name);
    for (const state of before) sink.constant(state, zeros([1, side.size]));
    for (const node of network.nodes) {
      sink.add(node.name, node.layer, ...node.inputs.map((value) => value === own ? input : value));
    }
    return network.output;
  });
  return sink.add(name, concatenate({ axis: -1 }), ...hidden);
}
