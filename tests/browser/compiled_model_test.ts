import { assert, assertEquals } from "@std/assert";
import { compile } from "../../lib/compiler/mod.ts";
import { writeOnnx } from "../../lib/io/mod.ts";
import { loadRelevanceModel } from "../../lib/runtime/mod.ts";
import { contiguous } from "../../lib/tensor/mod.ts";
import { networkCases } from "../compiler/networks.ts";
import { largestError } from "../support/assert_close.ts";
import { browserTest, startBrowser, watchErrors } from "../support/browser/browser.ts";
import { engineFolder } from "../support/onnxruntime.ts";

const TYPES: Record<string, string> = {
  mjs: "text/javascript",
  wasm: "application/wasm",
  html: "text/html",
};

const folder = engineFolder("onnxruntime-web");
if (!folder) {
  // deno-lint-ignore no-console
  console.log("Left out: compiled models in Chromium: the package onnxruntime-web has not been fetched");
} else {
  browserTest(
    "compiled models give in Chromium, on onnxruntime-web, what the reference engine gives",
    async () => {
      const models = new Map<string, Uint8Array<ArrayBuffer>>();
      const server = Deno.serve({ port: 0, onListen: () => {} }, async (request) => {
        const name = new URL(request.url).pathname.slice(1);
        const headers = { "content-type": TYPES[name.split(".").at(-1)!] ?? "application/octet-stream" };
        if (name === "page.html") {
          return new Response('<!doctype html><title>models</title><link rel="icon" href="data:,">', {
            headers,
          });
        }
        const model = models.get(name);
        if (model) return new Response(model, { headers });
        if (!/^[\w.-]+\.(mjs|wasm)$/.test(name)) return new Response("", { status: 404 });
        return new Response(await Deno.readFile(`${folder}/dist/${name}`), { headers });
      });
      const origin = `http://localhost:${server.addr.port}`;
      const browser = await startBrowser();
      try {
        const page = await browser.newPage();
        const errors = watchErrors(page);
        await page.goto(`${origin}/page.html`);
        let count = 0;
        for (const { network, composites, shape, inputs } of networkCases()) {
          for (const composite of composites) {
            const { model } = compile(network, { composite, shape });
            const path = `${count++}.onnx`;
            models.set(path, writeOnnx(model) as Uint8Array<ArrayBuffer>);
            await using reference = await loadRelevanceModel(model, { engine: "reference" });
            for (const input of inputs) {
              const { output, relevance } = await reference.explain(input);
              const whole = model.graph.inputs[0]!.elementType === 7;
              const given = {
                path,
                name: model.graph.inputs[0]!.name,
                whole,
                shape: input.shape,
                data: [...contiguous(input)],
              };
              const seen = await page.evaluate(async ({ path, name, whole, shape, data }) => {
                const ort = await import(`${location.origin}/ort.wasm.min.mjs`);
                ort.env.wasm.numThreads = 1;
                ort.env.wasm.wasmPaths = `${location.origin}/`;
                const session = await ort.InferenceSession.create(`${location.origin}/${path}`);
                const feed = whole
                  ? new ort.Tensor("int64", BigInt64Array.from(data, BigInt), shape)
                  : new ort.Tensor("float32", Float32Array.from(data), shape);
                const result = await session.run({ [name]: feed });
                await session.release();
                return [
                  Array.from(result.output.data as number[]),
                  Array.from(result.relevance.data as number[]),
                ];
              }, given);
              assert(largestError(seen[0]!, contiguous(output)).scaled < 1e-5);
              // As in the other engines of float32.
              assert(largestError(seen[1]!, contiguous(relevance)).scaled < 2e-3, composite.name);
            }
          }
        }
        assertEquals(errors, []);
        assertEquals(count, 30);
      } finally {
        await browser.close();
        await server.shutdown();
      }
    },
  );
}
