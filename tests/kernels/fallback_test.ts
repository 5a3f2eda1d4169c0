import { assert, assertEquals } from "@std/assert";
import { assertClose } from "../support/assert_close.ts";
import { kernelsProgram, type KernelsReport } from "../support/kernels_program.ts";
import { runDeno } from "../support/project_files.ts";
import { projectRoot } from "../support/project_root.ts";

const PROGRAM = new URL("tests/support/kernels_program.ts", projectRoot).href;
const KERNELS = new URL("lib/kernels/mod.ts", projectRoot).href;

/** What the program prints in a process without any permission, after some code of a test. */
async function runElsewhere(before: string, { workers }: { workers: number }): Promise<KernelsReport> {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${folder}/before.ts`, `${before}\nexport {};\n`);
    await Deno.writeTextFile(
      `${folder}/main.ts`,
      `import "./before.ts";\nimport { kernelsProgram } from ${JSON.stringify(PROGRAM)};\n` +
        `console.log(JSON.stringify(await kernelsProgram({ workers: ${workers} })));\n`,
    );
    const args = ["run", "--no-prompt", "--no-config", "--no-lock", "--no-check", `${folder}/main.ts`];
    const { code, stdout, stderr } = await runDeno(...args);
    assertEquals(code, 0, stderr);
    return JSON.parse(stdout);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function assertSame(actual: KernelsReport, expected: KernelsReport, absolute: number): void {
  assertClose(actual.alone[0]!, expected.alone[0]!, { absolute });
  assertClose(actual.shared, expected.shared, { absolute });
  assertClose(actual.decomposed, expected.decomposed, { absolute });
  actual.together.forEach((tokens, i) => assertClose(tokens, expected.together[i]!, { absolute }));
  assert(actual.gap < 1e-12, `${actual.gap}`);
}

const expected = await kernelsProgram({ workers: 1 });

Deno.test("without any permission: the same bits, on one thread and on two", async () => {
  assertEquals(expected.rounding, "fused");
  for (const workers of [1, 2]) assertEquals(await runElsewhere("", { workers }), expected);
});

Deno.test("without relaxed instructions: products and sums rounded apart", async () => {
  const report = await runElsewhere(
    `const { Module } = WebAssembly;
    WebAssembly.Module = class extends Module {
      constructor(bytes) {
        // 0xfd 0x85 0x02 and 0xfd 0x87 0x02 are the relaxed multiply-adds.
        const relaxed = bytes.some((byte, i) => byte === 0xfd && [0x85, 0x87].includes(bytes[i + 1]) && bytes[i + 2] === 2);
        if (relaxed) throw new WebAssembly.CompileError("invalid simd opcode");
        super(bytes);
      }
    };`,
    { workers: 2 },
  );
  assertEquals(report.rounding, "separate");
  assertSame(report, expected, 1e-12);
});

Deno.test("without SIMD or without WebAssembly: the TypeScript kernels, in float64 whatever is asked for", async () => {
  const noModule =
    'WebAssembly.Module = class { constructor() { throw new WebAssembly.CompileError("no SIMD"); } };';
  for (const before of [noModule, "delete globalThis.WebAssembly;"]) {
    const report = await runElsewhere(before, { workers: 2 });
    assertEquals(report.rounding, undefined);
    assertSame(report, expected, 1e-12);
    assertEquals(report.alone[1], report.alone[0]);
  }
});

Deno.test("in a worker from a data URL, which loads no file", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(
      `${folder}/entry.ts`,
      `import { kernelsProgram } from ${JSON.stringify(PROGRAM)};\n` +
        "self.postMessage(await kernelsProgram({ workers: 1 }));\n",
    );
    const { code, stderr } = await runDeno(
      ...["bundle", "--quiet", "--no-config", "--no-lock", "--external", "../plot/mod.ts"],
      ...["--output", `${folder}/program.js`, `${folder}/entry.ts`],
    );
    assertEquals(code, 0, stderr);
    const source = await Deno.readTextFile(`${folder}/program.js`);
    const worker = new Worker(`data:text/javascript,${encodeURIComponent(source)}`, { type: "module" });
    const { promise, resolve, reject } = Promise.withResolvers<KernelsReport>();
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = (event) => {
      event.preventDefault();
      reject(new Error(event.message));
    };
    const report = await promise.finally(() => worker.terminate());
    assertEquals(report, expected);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("the kernels are chosen once, when they are first needed", async () => {
  const { stdout, stderr } = await runDeno(
    "eval",
    "--no-config",
    "--no-lock",
    `let made = 0; const { Module } = WebAssembly; WebAssembly.Module = class extends Module { constructor(b) { super(b); made++; } };
     const kernels = await import(${JSON.stringify(KERNELS)}); const before = made;
     kernels.bestRounding(); kernels.bestRounding(); kernels.kernelModule("fused"); console.log(before, made);`,
  );
  assertEquals(stdout.trim(), "0 1", stderr);
});
