/**
 * The command line: explanations for people and machines that do not live in a notebook.
 *
 * ```sh
 * echo '{"text": "play some jazz"}' | deno run -A lib/cli/mod.ts explain
 * ```
 *
 * @module
 */
import { main } from "./main.ts";

export { type CommandLine, main } from "./main.ts";

if (import.meta.main) Deno.exit(await main(Deno.args));
