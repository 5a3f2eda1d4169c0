import { File, type Group, ready } from "h5wasm";
import type { NumericArray } from "../../../lib/tensor/mod.ts";
import { contiguous } from "../../../lib/tensor/mod.ts";

/** The content of an HDF5 file to write: arrays by path, and texts of attributes by path and name. */
export interface Hdf5Draft {
  readonly arrays?: Readonly<Record<string, NumericArray>>;
  readonly texts?: Readonly<Record<string, Readonly<Record<string, string | string[]>>>>;
}

/** Writes an HDF5 file, as float32. */
export async function writeHdf5({ arrays = {}, texts = {} }: Hdf5Draft): Promise<Uint8Array> {
  const { FS } = await ready;
  const file = new File("draft.h5", "w");
  const group = (path: string): Group =>
    path.split("/").filter(Boolean).reduce<Group>(
      (at, name) => at.keys().includes(name) ? at.get(name) as Group : at.create_group(name),
      file,
    );
  for (const [path, array] of Object.entries(arrays)) {
    const at = path.lastIndexOf("/");
    group(path.slice(0, at)).create_dataset({
      name: path.slice(at + 1),
      data: Float32Array.from(contiguous(array)),
      shape: [...array.shape],
    });
  }
  for (const [path, attributes] of Object.entries(texts)) {
    for (const [name, value] of Object.entries(attributes)) group(path).create_attribute(name, value);
  }
  file.close();
  const bytes = FS.readFile("draft.h5", { encoding: "binary" });
  FS.unlink("draft.h5");
  return bytes;
}
