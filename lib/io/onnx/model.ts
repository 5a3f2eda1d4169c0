/** The number that stands for an element type in ONNX files: 1 float, 7 int64, 9 bool, 10 float16, 11 double, … */
export type OnnxElementType = number;

/** Where the numbers of a tensor lie when they are not in the model file. */
export interface OnnxExternalData {
  /** The file, relative to the folder of the model. */
  readonly location: string;
  /** The first byte. */
  readonly offset: number;
  /** How many bytes; undefined for all up to the end of the file. */
  readonly length: number | undefined;
}

/** A constant tensor: its numbers as the bytes of the file, little-endian and row-major. */
export interface OnnxTensor {
  /** Its name among the values of the graph. */
  readonly name: string;
  /** Its sizes. */
  readonly shape: readonly number[];
  /** What each element is. */
  readonly elementType: OnnxElementType;
  /** The elements; a view of the file, not a copy. Empty while the numbers lie in another file. */
  readonly bytes: Uint8Array;
  /** Where the numbers lie, if not here. */
  readonly external?: OnnxExternalData | undefined;
  /** The elements of a tensor of texts, as UTF-8. */
  readonly texts?: readonly Uint8Array[] | undefined;
}

/** A setting of a node. */
export type OnnxAttribute =
  | { readonly kind: "float" | "integer"; readonly value: number }
  | { readonly kind: "text"; readonly value: Uint8Array }
  | { readonly kind: "tensor"; readonly value: OnnxTensor }
  | { readonly kind: "graph"; readonly value: OnnxGraph }
  | { readonly kind: "floats" | "integers"; readonly value: readonly number[] }
  | { readonly kind: "texts"; readonly value: readonly Uint8Array[] }
  | { readonly kind: "other"; readonly value: number };

/** One operator at work. */
export interface OnnxNode {
  /** The operator, such as `Conv`. */
  readonly operator: string;
  /** The set of operators it is from; empty for the standard one. */
  readonly domain: string;
  /** Its own name, perhaps empty. */
  readonly name: string;
  /** The names of its inputs; an empty name stands for an optional input that is not given. */
  readonly inputs: readonly string[];
  /** The names of its outputs. */
  readonly outputs: readonly string[];
  /** Its settings by name. */
  readonly attributes: ReadonlyMap<string, OnnxAttribute>;
}

/** A value that enters or leaves a graph. */
export interface OnnxValue {
  /** Its name. */
  readonly name: string;
  /** What each element is; undefined when the file does not say. */
  readonly elementType?: OnnxElementType | undefined;
  /** Its sizes; a name or an empty text for one that is known only when the model runs. */
  readonly shape?: readonly (number | string)[] | undefined;
}

/** Nodes and constants with the values that enter and leave. */
export interface OnnxGraph {
  /** Its name. */
  readonly name: string;
  /** Its nodes, in the order of the file. */
  readonly nodes: readonly OnnxNode[];
  /** Its constants by name. */
  readonly initializers: ReadonlyMap<string, OnnxTensor>;
  /** The values that enter; older files list constants here too. */
  readonly inputs: readonly OnnxValue[];
  /** The values that leave. */
  readonly outputs: readonly OnnxValue[];
  /** What the file says about values inside. */
  readonly values: readonly OnnxValue[];
}

/** A whole model file. */
export interface OnnxModel {
  /** The version of the file format. */
  readonly formatVersion: number;
  /** The program that wrote it. */
  readonly producer: string;
  /** The versions of the operator sets by domain; the standard one has an empty name. */
  readonly operatorSets: ReadonlyMap<string, number>;
  /** What the model computes. */
  readonly graph: OnnxGraph;
  /** Notes by name. */
  readonly metadata: ReadonlyMap<string, string>;
  /** The names of functions that the file defines itself, as `domain:name`. */
  readonly functions: readonly string[];
}
