import { FormatError } from "../../../lib/errors.ts";
import type { DataSet } from "./data_set.ts";

/** How many sentences each part has. */
const SENTENCES: Readonly<Record<string, number>> = { "train.txt": 8544, "dev.txt": 1101, "test.txt": 2210 };

/** The sentences of the Stanford Sentiment Treebank as trees, with a class on every phrase. */
export const sst: DataSet = {
  about: "11 855 sentences of film reviews as trees, from 0 (very negative) to 4 (very positive)",
  files: Object.fromEntries(Object.keys(SENTENCES).map((name) => [name, `trees/${name}`])),
  archive: {
    home: "https://nlp.stanford.edu/sentiment/trainDevTestTrees_PTB.zip",
    sha256: "5c613a4f673fc74097d523a2c83f38e0cc462984d847b82c7aaf36b01cbbbfcc",
  },
  // deno-lint-ignore require-await
  make: async (files) => {
    for (const [name, bytes] of files) requireTrees(name, bytes);
    return Object.fromEntries(files);
  },
};

/** A copy from elsewhere has no checksum that is known: some hold the wrong sentences, which their number gives away. */
function requireTrees(path: string, bytes: Uint8Array): void {
  const lines = new TextDecoder().decode(bytes).trim().split("\n");
  const refuse = (what: string, got: string): never => {
    throw new FormatError(`Cannot take sst: ${path} must hold ${what}, got ${got}`, { path });
  };
  if (lines.length !== SENTENCES[path]) refuse(`${SENTENCES[path]} trees, one per line`, `${lines.length}`);
  const wrong = lines.findIndex((line) => !isTree(line));
  if (wrong >= 0) {
    refuse("trees of two branches or a word, with classes from 0 to 4", `another in line ${wrong + 1}`);
  }
}

/** Whether a line is one tree: each node a class, and a word or two nodes. */
function isTree(line: string): boolean {
  const LEAF = /\([0-4] [^ ()]+\)/g, BRANCH = /\([0-4] N N\)/g;
  let left = line.trim().replaceAll(LEAF, "N");
  for (let before = ""; before !== left;) [before, left] = [left, left.replaceAll(BRANCH, "N")];
  return left === "N";
}
