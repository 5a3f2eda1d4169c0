import { FormatError } from "../../../lib/errors.ts";
import { writeNpz } from "../../../lib/io/mod.ts";
import { tensor } from "../../../lib/tensor/mod.ts";
import { type DataSet, requireContent } from "./data_set.ts";

const IMAGES = "t10k-images-idx3-ubyte.gz", LABELS = "t10k-labels-idx1-ubyte.gz", NETWORK = "LeNet-5.txt";
const DIGITS = "https://ossci-datasets.s3.amazonaws.com/mnist/";
const TOOLBOX = "https://raw.githubusercontent.com/sebastian-lapuschkin/lrp_toolbox/master/models/MNIST/";

/** Of the pixels, the labels and the text of the weights. */
const SHA256 = {
  pixels: "306044bacb9c09975150bded84d9ab15fca5c81461eacac3cc28bbc2645685e2",
  labels: "ddeff807876a9661a1110d45c266c86239a3a1b7d37da0c3716a7a683c852ff5",
  network: "589e20ff6a0e9f089119c453211f86fa904fa5e2aec39985a5533db28869a94f",
};

/** The test digits of MNIST, and the network of the LRP toolbox that reads them. */
export const mnist: DataSet = {
  about: "10 000 digits and LeNet-5 of the LRP toolbox (the network: for academic use only)",
  files: { [IMAGES]: DIGITS + IMAGES, [LABELS]: DIGITS + LABELS, [NETWORK]: TOOLBOX + NETWORK },
  make: async (files) => {
    const pixels = elements(files.get(IMAGES)!, IMAGES, [10_000, 28, 28]);
    const labels = elements(files.get(LABELS)!, LABELS, [10_000]);
    const network = files.get(NETWORK)!;
    await requireContent(IMAGES, pixels, SHA256.pixels);
    await requireContent(LABELS, labels, SHA256.labels);
    await requireContent(NETWORK, network, SHA256.network);
    const images = tensor(Float64Array.from(pixels), [10_000, 784]);
    return {
      "mnist_test.npz": await writeNpz({ images, labels: tensor(Float64Array.from(labels)) }),
      [NETWORK]: network,
    };
  },
};

/** The bytes of an IDX file: two zeros, type 8 for bytes, the number of sizes, then the sizes, big-endian. */
function elements(bytes: Uint8Array, path: string, shape: readonly number[]): Uint8Array {
  const header = new DataView(new ArrayBuffer(4 + 4 * shape.length));
  header.setUint32(0, 0x0800 + shape.length);
  shape.forEach((size, i) => header.setUint32(4 + 4 * i, size));
  const expected = new Uint8Array(header.buffer), count = shape.reduce((a, b) => a * b, 1);
  const sound = expected.every((byte, i) => bytes[i] === byte) && bytes.length === expected.length + count;
  if (sound) return bytes.subarray(expected.length);
  throw new FormatError(
    `Cannot take mnist: ${path} must be IDX of ${shape.join(" × ")} bytes, got another file`,
    {
      path,
    },
  );
}
