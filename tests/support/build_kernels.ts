/**
 * Compiles the WebAssembly kernels: `deno task kernels` writes them into the library, and a test compiles them anew and
 * compares the bytes.
 */
import { main } from "assemblyscript/asc";
import { projectRoot } from "./project_root.ts";

const SOURCE = "lib/kernels/assembly/kernels.as.ts";
const TARGET = "lib/kernels/wasm_modules.ts";

/** The compiled modules: with fused multiply-adds, and with separate ones for equal bits everywhere. */
export async function buildKernels(): Promise<{ fused: Uint8Array; separate: Uint8Array }> {
  return { fused: await compile(["--enable", "relaxed-simd"]), separate: await compile([]) };
}

async function compile(features: readonly string[]): Promise<Uint8Array> {
  const memory = ["--importMemory", "--sharedMemory", "--initialMemory", "1", "--maximumMemory", "65536"];
  return await compileAssembly(SOURCE, ["--enable", "threads", ...memory, ...features]);
}

/** Compiles an AssemblyScript module of the project. */
export async function compileAssembly(
  source: string,
  flags: readonly string[],
): Promise<Uint8Array<ArrayBuffer>> {
  let output: Uint8Array<ArrayBuffer> | undefined;
  const options = [
    "--outFile",
    "module.wasm",
    "-O3z",
    "--converge",
    "--noAssert",
    "--runtime",
    "stub",
    "--enable",
    "simd",
  ];
  const { error, stderr } = await main([source, ...options, ...flags], {
    readFile: (name: string, base: string) => {
      try {
        return Deno.readTextFileSync(new URL(name, new URL(`${base}/`, projectRoot)));
      } catch {
        return null;
      }
    },
    writeFile: (_name: string, contents: string | Uint8Array) => {
      if (typeof contents !== "string") output = new Uint8Array(contents);
    },
    listFiles: () => null,
  });
  if (error !== null || output === undefined) {
    throw new Error(`Cannot compile ${source}: ${stderr.toString()}`);
  }
  return output;
}

if (import.meta.main) {
  const { fused, separate } = await buildKernels();
  const text = `// Compiled from assembly/ by \`deno task kernels\`; not to be edited.

/** The kernels with multiply-adds that round once where the machine can. */
export const FUSED_MODULE: string =
  "${fused.toBase64()}";

/** The kernels with multiply-adds that round twice, on every machine. */
export const SEPARATE_MODULE: string =
  "${separate.toBase64()}";
`;
  await Deno.writeTextFile(new URL(TARGET, projectRoot), text);
}
