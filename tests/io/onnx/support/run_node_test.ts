import { FormatError, UnsupportedLayerError } from "../../../../lib/errors.ts";
import { networkFromOnnx, type OnnxTensor, readOnnx } from "../../../../lib/io/onnx/mod.ts";
import { runNetwork } from "../../../../lib/networks/mod.ts";
import { type Tensor, tensor } from "../../../../lib/tensor/mod.ts";
import { assertClose } from "../../../support/assert_close.ts";
import { decodeTensor } from "../../../../lib/io/onnx/decode_tensor.ts";
import { knownTensor } from "../../../../lib/io/onnx/import/import_value.ts";
import { MessageReader } from "../../../../lib/io/onnx/message_reader.ts";
import { fromBase64 } from "../../support/hostile.ts";

/** A backend node test as the fixture holds it. */
export interface NodeTest {
  readonly name: string;
  readonly operator: string;
  readonly model: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

const fail = (requirement: string): FormatError => new FormatError(requirement, { path: "fixture" });
const read = (bytes: string): OnnxTensor => decodeTensor(new MessageReader(fromBase64(bytes), fail), fail);

function plain(value: OnnxTensor): Tensor {
  const { data, shape } = knownTensor(value, fail);
  return tensor(Float64Array.from(data as ArrayLike<number>), shape);
}

const MISTRIED = /must be a constant|must depend on the input of the model/;

/** What came of a node test. */
export interface NodeTestResult {
  /** All outputs are right, the first one is and others are refused, or the node is refused. */
  readonly verdict: "passed" | "first output" | "refused";
  /** Why something is refused. */
  readonly reason: string;
}

/**
 * Runs a node test; wrong numbers fail.
 *
 * The tests give weights and masks as inputs. They are tried as constants first, behind one signal or behind queries, keys
 * and values, and then as signals.
 */
export function runNodeTest({ name, model: bytes, inputs, outputs }: NodeTest): NodeTestResult {
  const model = readOnnx(fromBase64(bytes));
  const tensors = inputs.map(read);
  let best: NodeTestResult = { verdict: "refused", reason: "" };
  for (const signals of new Set([1, Math.min(3, tensors.length), tensors.length])) {
    const graph = {
      ...model.graph,
      inputs: model.graph.inputs.slice(0, signals),
      initializers: new Map(tensors.slice(signals).map((value) => [value.name, value])),
    };
    const given = Object.fromEntries(tensors.slice(0, signals).map((value) => [value.name, plain(value)]));
    let right = 0;
    try {
      for (const expected of outputs.map(read)) {
        const { network } = networkFromOnnx({ ...model, graph }, { output: expected.name });
        // As the package itself compares.
        const tolerance = { absolute: 1e-7, relative: 1e-3, where: name };
        assertClose(runNetwork(network, given).output, plain(expected), tolerance);
        right++;
      }
      return { verdict: "passed", reason: "" };
    } catch (error) {
      if (!(error instanceof UnsupportedLayerError)) throw error;
      const reason = error.message;
      if (right > 0 && best.verdict === "refused") best = { verdict: "first output", reason };
      // Of several reasons, not that an input was tried as what it is not.
      else if (best.verdict === "refused" && (best.reason === "" || MISTRIED.test(best.reason))) {
        best = { verdict: "refused", reason };
      }
    }
  }
  return best;
}
