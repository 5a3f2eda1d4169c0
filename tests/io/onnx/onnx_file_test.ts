import { assert, assertEquals } from "@std/assert";
import { FormatError } from "../../../lib/errors.ts";
import { type OnnxModel, type OnnxTensor, readOnnxFile, writeOnnxFile } from "../../../lib/io/onnx/mod.ts";
import { assertRejectsWith } from "../../support/assert_message.ts";

function modelWith(...tensors: OnnxTensor[]): OnnxModel {
  const initializers = new Map(tensors.map((tensor) => [tensor.name, tensor]));
  const graph = { name: "g", nodes: [], initializers, inputs: [], outputs: [], values: [] };
  return {
    formatVersion: 8,
    producer: "test",
    operatorSets: new Map([["", 17]]),
    graph,
    metadata: new Map(),
    functions: [],
  };
}

function numbers(name: string, count: number): OnnxTensor {
  const values = Float32Array.from({ length: count }, (_, i) => i / 8);
  return { name, shape: [count], elementType: 1, bytes: new Uint8Array(values.buffer) };
}

function elsewhere(place: Partial<OnnxTensor["external"] & object>, count = 4): OnnxTensor {
  return {
    name: "w",
    shape: [count],
    elementType: 1,
    bytes: new Uint8Array(0),
    external: { location: "w.bin", offset: 0, length: undefined, ...place },
  };
}

async function temporary(): Promise<AsyncDisposable & { path: string; folder: string }> {
  const folder = await Deno.makeTempDir();
  return {
    folder,
    path: `${folder}/model.onnx`,
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}

Deno.test("writeOnnxFile() and readOnnxFile() give back what was written, in one file and in two", async () => {
  await using place = await temporary();
  const model = modelWith(numbers("large", 1000), numbers("small", 3), numbers("larger", 20000));
  for (const external of [false, true]) {
    await writeOnnxFile(place.path, model, { external });
    const { graph } = await readOnnxFile(place.path);
    assertEquals(
      [...graph.initializers.values()].map(({ bytes }) => [...bytes]),
      [...model.graph.initializers.values()].map(({ bytes }) => [...bytes]),
    );
  }
  // 4000 bytes at 0, then the next multiple of 65536 and 80000 bytes.
  assertEquals((await Deno.stat(`${place.path}.data`)).size, 65536 + 80000);
  assert((await Deno.stat(place.path)).size < 500);
});

Deno.test("readOnnxFile() reads the end of a file of more than 2 GB beside the model", async () => {
  await using place = await temporary();
  const offset = 2 ** 31 + 4096;
  {
    // Nothing is stored for the part that is never written.
    using file = await Deno.open(`${place.folder}/w.bin`, { write: true, create: true });
    await file.seek(offset, Deno.SeekMode.Start);
    await file.write(numbers("w", 4).bytes);
  }
  await writeOnnxFile(place.path, modelWith(elsewhere({ offset, length: 16 })));
  const { graph } = await readOnnxFile(place.path);
  assertEquals(graph.initializers.get("w")!.bytes, numbers("w", 4).bytes);
});

const refusals: Record<string, [Parameters<typeof elsewhere>[0], string]> = {
  "outside the folder": [
    { location: "../w.bin" },
    'the numbers of tensor "w" must lie in the folder of the model, got "../w.bin"',
  ],
  "at an absolute path": [
    { location: "/etc/passwd" },
    'the numbers of tensor "w" must lie in the folder of the model, got "/etc/passwd"',
  ],
  "in a file that is not there": [
    { location: "none.bin" },
    'the numbers of tensor "w" must lie in "none.bin", which cannot be opened',
  ],
  "beyond the end": [{ offset: 8, length: 16 }, 'tensor "w" asks for bytes 8 to 24 of "w.bin", got 16'],
  "of another size": [{ offset: 4 }, 'tensor "w" of shape [4] requires 16 bytes, got 12'],
};
for (const [name, [where, requirement]] of Object.entries(refusals)) {
  Deno.test(`readOnnxFile() refuses numbers ${name}`, async () => {
    await using place = await temporary();
    await Deno.writeFile(`${place.folder}/w.bin`, numbers("w", 4).bytes);
    await writeOnnxFile(place.path, modelWith(elsewhere(where)));
    await assertRejectsWith(
      () => readOnnxFile(place.path),
      FormatError,
      `Cannot read ONNX ${JSON.stringify(place.path)}: ${requirement}`,
    );
  });
}
