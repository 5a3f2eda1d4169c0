import { assertEquals } from "@std/assert";
import { pathToFileURL } from "node:url";
import { FormatError } from "../../../lib/errors.ts";
import { zip } from "../../../lib/io/arrays/zip.ts";
import { assertRejectsWith } from "../assert_message.ts";
import { sharedTest } from "../shared.ts";
import type { DataSet } from "./data_set.ts";
import { requireContent } from "./data_set.ts";
import { installData } from "./install_data.ts";
import { mnist } from "./mnist.ts";
import { snips } from "./snips.ts";
import { sst } from "./sst.ts";

const bytesOf = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);
const gzip = async (text: string): Promise<Uint8Array<ArrayBuffer>> =>
  await new Response(new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"))).bytes();

/** The SHA-256 of "abc" is that of the standard's example. */
const ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

/** Two files, of which "abc" is made. */
const letters = (home: string): DataSet => ({
  about: "letters",
  files: { "a/x.txt": `${home}/a/x.txt`, "y.txt.gz": `${home}/y.txt.gz` },
  make: async (files) => {
    const made = new Uint8Array([...files.get("a/x.txt")!, ...files.get("y.txt.gz")!]);
    await requireContent("letters", made, ABC);
    return { "letters.txt": made };
  },
});

/** Runs with an empty folder that is gone afterwards. */
async function inFolder(run: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await run(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const installed = (folder: string): URL => pathToFileURL(`${folder}/installed/`);

Deno.test("data are downloaded from their home, unpacked, checked and put in place", async () => {
  const pages: Record<string, Uint8Array<ArrayBuffer>> = {
    "/a/x.txt": bytesOf("ab"),
    "/y.txt.gz": await gzip("c"),
    "/other/a/x.txt": bytesOf("xy"),
    "/other/y.txt.gz": await gzip("z"),
  };
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, ({ url }) => {
    const page = pages[new URL(url).pathname];
    return page ? new Response(page) : new Response("none", { status: 404 });
  });
  const home = `http://127.0.0.1:${server.addr.port}`;
  try {
    await inFolder(async (folder) => {
      const [path] = await installData("letters", letters(home), { folder: installed(folder) });
      assertEquals(path!.href, new URL("letters/letters.txt", installed(folder)).href);
      assertEquals(await Deno.readTextFile(path!), "abc");
    });
    await inFolder(async (folder) => {
      await assertRejectsWith(
        () => installData("letters", letters(`${home}/other`), { folder: installed(folder) }),
        FormatError,
        // SHA-256 of "xyz"
        `Cannot take letters: the SHA-256 of the content must be ${ABC}, got 3608bca1e44ea6c4d268eb6db02260269892c0b42b86bbf1e77a6fa16c3c9282`,
      );
      await assertRejectsWith(
        () => installData("letters", letters(`${home}/gone`), { folder: installed(folder) }),
        FormatError,
        `Cannot download ${home}/gone/a/x.txt: the status must be 200, got 404`,
      );
      assertEquals([...Deno.readDirSync(folder)], []); // nothing is put in place
    });
  } finally {
    await server.shutdown();
  }
});

Deno.test("data that are in an archive at home are taken out of it, if it is the one that is known", async () => {
  const packed = await zip(new Map([["main/x.txt", bytesOf("abc")], ["x.txt", bytesOf("another")]]));
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", packed.slice())).toHex();
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    () => new Response(packed.slice()),
  );
  const home = `http://127.0.0.1:${server.addr.port}/all.zip`;
  const set = (sha256: string): DataSet => ({
    about: "letters",
    files: { "x.txt": "main/x.txt" },
    archive: { home, sha256 },
    make: (files) => Promise.resolve(Object.fromEntries(files)),
  });
  try {
    await inFolder(async (folder) => {
      const [path] = await installData("letters", set(digest), { folder: installed(folder) });
      assertEquals(await Deno.readTextFile(path!), "abc");
      await assertRejectsWith(
        () => installData("letters", set(ABC), { folder: installed(folder) }),
        FormatError,
        `Cannot take ${home}: the SHA-256 of the content must be ${ABC}, got ${digest}`,
      );
    });
  } finally {
    await server.shutdown();
  }
});

Deno.test("data are found in a folder and in a zip archive, packed or not", async () => {
  await inFolder(async (folder) => {
    await Deno.mkdir(`${folder}/copy/deep/a`, { recursive: true });
    await Deno.writeTextFile(`${folder}/copy/deep/a/x.txt`, "ab");
    await Deno.writeTextFile(`${folder}/copy/x.txt`, "another of that name");
    await Deno.writeTextFile(`${folder}/copy/y.txt`, "c");
    const packed = new Map([["main/a/x.txt", bytesOf("ab")], ["main/y.txt.gz", await gzip("c")]]);
    await Deno.writeFile(`${folder}/copy.zip`, await zip(packed));
    for (const from of [`${folder}/copy`, `${folder}/copy.zip`]) {
      const [path] = await installData("letters", letters(""), { from, folder: installed(folder) });
      assertEquals(await Deno.readTextFile(path!), "abc");
      await Deno.remove(path!);
    }
    const alone = `${folder}/copy/y.txt`;
    await assertRejectsWith(
      () => installData("letters", letters(""), { from: alone, folder: installed(folder) }),
      FormatError,
      `Cannot take data from ${JSON.stringify(alone)}: a/x.txt must be in it, got none`,
    );
  });
});

Deno.test("snips that are not snips are refused", async () => {
  const files = (text: string) => new Map(Object.keys(snips.files).map((name) => [name, bytesOf(text)]));
  const file = "AddToPlaylist/validate_AddToPlaylist.json";
  await assertRejectsWith(
    () => snips.make(files("<html>")),
    FormatError,
    `Cannot take snips: ${file} must be JSON in UTF-8, got something else`,
  );
  await assertRejectsWith(
    () => snips.make(files('{"AddToPlaylist": [1, 2]}')),
    FormatError,
    `Cannot take snips: ${file} must hold 100 utterances of AddToPlaylist, got 2`,
  );
});

Deno.test("digits that are not digits are refused", async () => {
  await assertRejectsWith(
    () => mnist.make(new Map(Object.keys(mnist.files).map((name) => [name, bytesOf("<html>")]))),
    FormatError,
    "Cannot take mnist: t10k-images-idx3-ubyte.gz must be IDX of 10000 × 28 × 28 bytes, got another file",
  );
});

Deno.test("trees that are not the treebank are refused", async () => {
  const part = (name: string, line: string, count: number) => () =>
    sst.make(new Map([[name, bytesOf(`${line}\n`.repeat(count))]]));
  const tree = "(3 (2 It) (4 (4 's) (2 fine)))";
  const parts = [["train.txt", 8544], ["dev.txt", 1101], ["test.txt", 2210]] as const;
  for (const [name, count] of parts) {
    assertEquals(Object.keys(await part(name, tree, count)()), [name]);
    await assertRejectsWith(
      part(name, tree, 9645),
      FormatError,
      `Cannot take sst: ${name} must hold ${count} trees, one per line, got 9645`,
    );
  }
  for (
    const line of ["It's fine", "(5 It)", "(3 (2 It)", "(3 (2 It) (2 is) (2 so))", `${tree} ${tree}`, "(3)"]
  ) {
    await assertRejectsWith(
      part("dev.txt", line, 1101),
      FormatError,
      "Cannot take sst: dev.txt must hold trees of two branches or a word, with classes from 0 to 4, got another in line 1",
    );
  }
});

sharedTest("the treebank is taken", ["data/sst"], async ([folder]) => {
  const read = (name: string) => Deno.readFile(`${folder}/ptb_${name}`);
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  for (const name of Object.keys(sst.files)) files.set(name, await read(name));
  assertEquals(Object.keys(await sst.make(files)), ["train.txt", "dev.txt", "test.txt"]);
});

sharedTest("the original utterances become those of the notebooks", ["data/snips"], async ([original]) => {
  await inFolder(async (folder) => {
    const [path] = await installData("snips", snips, { from: original!, folder: installed(folder) });
    const { labels, test } = JSON.parse(await Deno.readTextFile(path!));
    const expected = JSON.parse(await Deno.readTextFile(`${original}/snips_tokenised.json`));
    assertEquals(labels, expected.labels);
    assertEquals(test, expected.test);
  });
});
