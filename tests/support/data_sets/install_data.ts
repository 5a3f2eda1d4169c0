import { projectRoot } from "../project_root.ts";
import { type DataSet, filesFrom, filesFromHome } from "./data_set.ts";

/**
 * Puts a data set where the notebooks look: `.cache/data/<name>/`, which git ignores.
 *
 * @param options.from A folder, zip archive or file that was downloaded already. Default: downloads.
 * @param options.folder Where data sets are put.
 * @returns The files that were written. Nothing is written unless all content is what it should be.
 * @throws {FormatError} If a file is missing or its content is not that of the data.
 */
export async function installData(
  name: string,
  set: DataSet,
  { from, folder = new URL(".cache/data/", projectRoot) }: { from?: string; folder?: URL } = {},
): Promise<URL[]> {
  const made = await set.make(from === undefined ? await filesFromHome(set) : await filesFrom(set, from));
  const place = new URL(`${name}/`, folder);
  await Deno.mkdir(place, { recursive: true });
  return await Promise.all(
    Object.entries(made).map(async ([file, bytes]) => {
      const path = new URL(file, place);
      await Deno.writeFile(path, bytes);
      return path;
    }),
  );
}
