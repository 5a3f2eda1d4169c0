/**
 * The order in which the four gates of an LSTM are stacked in its weights: `ifgo` PyTorch, `igfo` the reference code of
 * Arras et al., `ifco` Keras, `iofc` ONNX. i is the input gate, f the forget gate, g or c the candidate, o the output
 * gate.
 */
export type GateOrder = "ifgo" | "igfo" | "ifco" | "iofc";

/** Where the gates i, f, g, o stand in each order. */
const PLACES: Readonly<Record<GateOrder, readonly number[]>> = {
  ifgo: [0, 1, 2, 3],
  igfo: [0, 2, 1, 3],
  ifco: [0, 1, 2, 3],
  iofc: [0, 2, 3, 1],
};

/**
 * Stacks gates in the order i, f, g, o.
 *
 * @param stacked `[4d, columns]`, row-major, in `order`.
 * @throws {RangeError} If the order has no such name.
 */
export function toCanonicalGates(stacked: Float64Array, order: GateOrder): Float64Array {
  const places: readonly number[] | undefined = Object.hasOwn(PLACES, order) ? PLACES[order] : undefined;
  if (places === undefined) {
    const known = Object.keys(PLACES).join(", ");
    throw new RangeError(
      `Cannot build an LSTM: gateOrder must be one of ${known}, got ${JSON.stringify(order)}`,
    );
  }
  const size = stacked.length / 4;
  const result = new Float64Array(stacked.length);
  places.forEach((place, gate) =>
    result.set(stacked.subarray(place * size, (place + 1) * size), gate * size)
  );
  return result;
}
