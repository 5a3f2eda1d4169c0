/**
 * Fetches data that the notebooks can use and that are not part of the project: `deno task data NAME [--from PATH]`.
 *
 * Without `--from` they are downloaded from their public home; PATH is a folder, zip archive or file that was
 * downloaded already. Content that is not that of the data is refused.
 */
// deno-lint-ignore-file no-console
import { fileURLToPath } from "node:url";
import { FormatError } from "../../lib/errors.ts";
import type { DataSet } from "../support/data_sets/data_set.ts";
import { installData } from "../support/data_sets/install_data.ts";
import { mnist } from "../support/data_sets/mnist.ts";
import { snips } from "../support/data_sets/snips.ts";
import { sst } from "../support/data_sets/sst.ts";

const SETS: Readonly<Record<string, DataSet>> = { mnist, snips, sst };

const [name = "", flag, from, ...more] = Deno.args;
const set = Object.hasOwn(SETS, name) ? SETS[name] : undefined;
if (
  set === undefined || (flag !== undefined && (flag !== "--from" || from === undefined)) || more.length > 0
) {
  const list = Object.entries(SETS).map(([known, { about }]) => `  ${known}: ${about}`);
  console.error(`deno task data NAME [--from PATH], where NAME is one of\n${list.join("\n")}`);
  Deno.exit(2);
}
try {
  const paths = await installData(name, set, { ...(from !== undefined && { from }) });
  for (const path of paths) console.log(fileURLToPath(path));
} catch (error) {
  if (!(error instanceof FormatError || error instanceof Deno.errors.NotFound)) throw error;
  const hint = from === undefined ? `\nDownloaded it by other means? deno task data ${name} --from PATH` : "";
  console.error(error.message + hint);
  Deno.exit(1);
}
