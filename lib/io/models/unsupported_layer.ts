import { UnsupportedLayerError } from "../../errors.ts";

/** The error of a layer that cannot be loaded as what it is. */
export function unsupportedLayer(name: string, requirement: string): UnsupportedLayerError {
  return new UnsupportedLayerError(`Cannot load layer ${JSON.stringify(name)}: ${requirement}`, {
    layer: name,
  });
}

/**
 * Other recurrent layers go by the same names as an LSTM, but stack another number of gates.
 *
 * @param gates Length of the stacked gates.
 * @param units Number of hidden units.
 */
export function requireLstmGates({ gates, units }: { gates: number; units: number }, layer: string): void {
  if (gates === 3 * units) throw unsupportedLayer(layer, "it must be an LSTM, got a GRU");
  if (gates === units) throw unsupportedLayer(layer, "it must be an LSTM, got a plain recurrent layer");
}
