/**
 * Reading and writing what people have: arrays, pickles, weights, vocabularies, trained models.
 *
 * @module
 */
export type { ReadOptions } from "./failure.ts";
export { readNpy, writeNpy } from "./npy.ts";
export { readNpz, writeNpz } from "./npz.ts";
export { type PickleValue, readPickle } from "./pickle.ts";
export { readSafetensors, type Safetensors, writeSafetensors } from "./safetensors.ts";
