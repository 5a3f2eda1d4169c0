import { assert, assertEquals } from "@std/assert";
import { bestRounding, kernelModule } from "../../lib/kernels/arena.ts";
import { FUSED_MODULE, SEPARATE_MODULE } from "../../lib/kernels/wasm_modules.ts";
import { buildKernels } from "../support/build_kernels.ts";

Deno.test("the embedded kernels are what their source compiles to", async () => {
  const { fused, separate } = await buildKernels();
  assertEquals(FUSED_MODULE, fused.toBase64());
  assertEquals(SEPARATE_MODULE, separate.toBase64());
});

Deno.test("a module takes less than 15 kB compressed", async () => {
  for (const module of [FUSED_MODULE, SEPARATE_MODULE]) {
    const stream = new Blob([Uint8Array.fromBase64(module)]).stream().pipeThrough(
      new CompressionStream("gzip"),
    );
    const bytes = (await new Response(stream).arrayBuffer()).byteLength;
    assert(bytes < 15_000, `${bytes} bytes`);
  }
});

Deno.test("the engine that runs this test takes the fused kernels", () => {
  assertEquals(bestRounding(), "fused");
  assert(kernelModule("separate") instanceof WebAssembly.Module);
});
