import { assert, assertEquals } from "@std/assert";
import { findForeignText } from "../support/foreign_text.ts";
import { exportEntries, projectFiles, readText } from "../support/project_files.ts";

const LINES_AT_MOST = 300;
const TOP_LEVEL = [
  "CHANGELOG.md",
  "LICENSE",
  "README.md",
  "deno.json",
  "deno.lock",
  "lib",
  "mod.ts",
  "notebooks",
  "tests",
];

const files = projectFiles();
const modules = files.filter((file) => /^(lib|tests)\/.*\.ts$/.test(file));

Deno.test("the top level holds the agreed names and dotfiles only", () => {
  const names = new Set(files.map((file) => file.split("/")[0]!));
  assertEquals([...names].filter((name) => !name.startsWith(".") && !TOP_LEVEL.includes(name)), []);
});

Deno.test(`no module is longer than ${LINES_AT_MOST} lines`, () => {
  const lines = modules.map((file) => ({ file, lines: readText(file)!.trimEnd().split("\n").length }));
  assertEquals(lines.filter(({ lines }) => lines > LINES_AT_MOST), []);
});

Deno.test("modules and folders have names in snake case", () => {
  const word = "[a-z0-9]+(_[a-z0-9]+)*";
  const path = new RegExp(`^(${word}/)+_?${word}(\\.(as|worker))?\\.ts$`);
  assertEquals(modules.filter((file) => !path.test(file)), []);
});

Deno.test("notebooks have a number and a name in snake case, but for the gallery", () => {
  const notebooks = files.filter((file) => file.endsWith(".ipynb") && file.startsWith("notebooks/"));
  assertEquals(notebooks.filter((file) => !/^notebooks\/(\d\d_[a-z0-9_]+|gallery)\.ipynb$/.test(file)), []);
});

Deno.test("each folder of lib has a mod.ts", () => {
  const folders = new Set(files.map((file) => file.match(/^lib\/([^/]+)\/[^/]+\.ts$/)?.[1]).filter(Boolean));
  assertEquals([...folders].filter((folder) => !files.includes(`lib/${folder}/mod.ts`)), []);
});

Deno.test("each mod.ts only re-exports, under a comment that says what the folder is for", () => {
  const mods = files.filter((file) => /^(lib\/[^/]+\/)?mod\.ts$/.test(file) && file !== "lib/cli/mod.ts");
  assert(mods.length > 1);
  for (const file of mods) {
    const text = readText(file)!;
    assert(/^\/\*\*[\s\S]*?@module/.test(text), `${file} does not start with a comment with @module`);
    const code = text.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*/g, "");
    const rest = code.replaceAll(/export (type )?(\*|\{[^}]*\}) from "[^"]+";/g, "").trim();
    assertEquals(rest, "", `${file} does more than re-export`);
  }
});

Deno.test("each folder that the package re-exports can be imported by its own name", () => {
  const entries = exportEntries();
  const folders = [...readText("mod.ts")!.matchAll(/"\.\/lib\/([^/]+)\/mod\.ts"/g)].map((match) => match[1]!);
  assert(folders.length > 0);
  assertEquals(folders.filter((folder) => entries[`./${folder}`] !== `./lib/${folder}/mod.ts`), []);
  for (const [name, path] of Object.entries(entries)) {
    assert(files.includes(path.replace("./", "")), `exports["${name}"] is not a file`);
  }
});

Deno.test("packages are pinned to one version", () => {
  const { imports } = JSON.parse(readText("deno.json")!) as { imports: Record<string, string> };
  const packages = Object.values(imports).filter((specifier) => specifier.startsWith("npm:"));
  assertEquals(packages.filter((specifier) => !/@\d+\.\d+\.\d+$/.test(specifier)), []);
});

Deno.test("no file names a machine, a registry host or a work item", () => {
  const found = files.flatMap((file) =>
    findForeignText(readText(file) ?? "").map((text) => `${file}: ${text}`)
  );
  assertEquals(found, []);
});

Deno.test("findForeignText() finds what it looks for", () => {
  const [root, dot] = ["/", "."];
  for (
    const text of [
      `open("${root}home/ann/data.npy")`,
      `at file://${root}tmp/a.ts:1`,
      `${root}work/main`,
      `${root}Users/ann`,
      `C:${"\\"}Users`,
      `https://jsr${dot}io/@std`,
      `registry${dot}npmjs${dot}org`,
      `pypi${dot}org/simple`,
      `see issue ${"#"}12`,
      `closes ${"#"}3`,
    ]
  ) assertEquals(findForeignText(`${text} `).length, 1, text);
  const harmless = [
    "color: #333",
    "lib/home/x.ts",
    `a${root}tmp/b`,
    "the issue 12 people had",
    `base64,AA${root}tmp/AAA=`,
  ];
  for (const text of harmless) assertEquals(findForeignText(text), []);
});
