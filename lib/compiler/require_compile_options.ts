import { described } from "../described.ts";
import type { Network } from "../networks/mod.ts";
import { requireComposite } from "../networks/require_composite.ts";
import { requireNetwork } from "../networks/require_network.ts";
import type { Size } from "../ops/mod.ts";
import { requireOptions } from "../options.ts";
import type { CompileOptions } from "./compile.ts";

const ACTION = "compile the network";
const TARGETS = ["predicted", "class", "relevance"] as const;
/** The inputs that a target adds. */
const ADDED: Readonly<Partial<Record<typeof TARGETS[number], string>>> = {
  class: "class",
  relevance: "seed",
};

/** Throws unless a network can be compiled with these options; gives the sizes of each input. */
export function requireCompileOptions(
  network: Network,
  options: CompileOptions,
): Readonly<Record<string, readonly Size[]>> {
  requireNetwork(network, ACTION);
  requireOptions(options, {
    action: ACTION,
    known: ["composite", "shape", "target", "start", "taps", "masks", "optimize"],
    required: ["composite", "shape"],
    choices: { target: TARGETS, start: ["score", "one"] },
  });
  requireComposite(options.composite, ACTION);
  const { target = "predicted", taps = [], masks = {} } = options;
  if (!Array.isArray(taps)) {
    throw new TypeError(`Cannot ${ACTION}: taps must be a list of names, got ${described(taps)}`);
  }
  const values = [
    ...network.inputs,
    ...Object.keys(network.constants),
    ...network.nodes.map(({ name }) => name),
  ];
  const unknown = Object.keys(masks).find((name) => !values.includes(name));
  if (unknown !== undefined) {
    throw new RangeError(
      `Cannot ${ACTION}: a mask must be for a value of the network, got one for ${JSON.stringify(unknown)}`,
    );
  }
  const taken = ["output", "relevance", ADDED[target]];
  const clash = network.inputs.find((name) => taken.includes(name));
  if (clash !== undefined) {
    throw new RangeError(
      `Cannot ${ACTION}: its inputs must have other names than what is added, got ${JSON.stringify(clash)}`,
    );
  }
  return sizesOf(network, options.shape);
}

function sizesOf(
  network: Network,
  shape: CompileOptions["shape"],
): Readonly<Record<string, readonly Size[]>> {
  const named = (Array.isArray(shape) ? { [network.inputs[0]!]: shape } : shape) as Readonly<
    Record<string, readonly Size[]>
  >;
  const other = Object.keys(named).find((name) => !network.inputs.includes(name));
  if (other !== undefined) {
    throw new RangeError(
      `Cannot ${ACTION}: sizes must be given for its inputs ${network.inputs.join(", ")}, got some for ${
        JSON.stringify(other)
      }`,
    );
  }
  return Object.fromEntries(network.inputs.map((name) => {
    const sizes = named[name];
    if (!Array.isArray(sizes)) {
      throw new RangeError(`Cannot ${ACTION}: the sizes of input ${JSON.stringify(name)} must be given`);
    }
    const wrong = sizes.find((size) =>
      typeof size === "string" ? !/^[\w.]+$/.test(size) : !(Number.isInteger(size) && size >= 1)
    );
    if (wrong === undefined) return [name, sizes];
    throw new RangeError(
      `Cannot ${ACTION}: the sizes of input ${
        JSON.stringify(name)
      } must be whole numbers >= 1, or names such as "N" for sizes that may differ, got ${described(wrong)}`,
    );
  }));
}
