import { assertEquals, assertRejects } from "@std/assert";
import { readBytes } from "../../lib/io/mod.ts";
import { beside, readBytesIfAny, within } from "../../lib/io/source.ts";

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

Deno.test("readBytes() reads paths, file addresses and what a server sends", async () => {
  const path = await Deno.makeTempFile();
  await Deno.writeTextFile(path, "relevance");
  await using server = Deno.serve({ port: 0, onListen: () => {} }, ({ url }) => {
    const { pathname } = new URL(url);
    return pathname === "/model"
      ? new Response("served")
      : new Response(null, { status: pathname === "/gone" ? 404 : 503 });
  });
  const address = `http://localhost:${server.addr.port}`;
  assertEquals(text(await readBytes(path)), "relevance");
  assertEquals(text(await readBytes(new URL(`file://${path}`))), "relevance");
  assertEquals(text(await readBytes(`file://${path}`)), "relevance");
  assertEquals(text(await readBytes(`${address}/model`)), "served");
  assertEquals(
    (await assertRejects(() => readBytes(`${address}/gone`), Deno.errors.NotFound)).message,
    `Cannot read ${address}/gone: the server must answer with the file, got 404 Not Found`,
  );
  assertEquals(
    (await assertRejects(() => readBytes(`${address}/busy`), Deno.errors.Http)).message,
    `Cannot read ${address}/busy: the server must answer with the file, got 503 Service Unavailable`,
  );
  assertEquals(await readBytesIfAny(`${address}/gone`), undefined);
  await assertRejects(() => readBytesIfAny(`${address}/busy`), Deno.errors.Http);
  await Deno.remove(path);
  await assertRejects(() => readBytes(path), Deno.errors.NotFound);
  assertEquals(await readBytesIfAny(path), undefined);
});

Deno.test("within() and beside() name files of a folder, and of the folder of a file", () => {
  assertEquals(within("a/b", "vocab"), "a/b/vocab");
  assertEquals(within("a/b/", "vocab"), "a/b/vocab");
  assertEquals(within("C:\\a\\", "vocab"), "C:\\a\\vocab");
  assertEquals(String(within("https://example.org/a?key=1", "vocab")), "https://example.org/a/vocab");
  assertEquals(String(within(new URL("file:///a/"), "vocab")), "file:///a/vocab");
  assertEquals(beside("a/b.safetensors", "labels.json"), "a/labels.json");
  assertEquals(beside("b.safetensors", "labels.json"), "labels.json");
  assertEquals(beside("C:\\a\\b.safetensors", "labels.json"), "C:\\a\\labels.json");
  assertEquals(
    String(beside("https://example.org/a/b.safetensors", "labels.json")),
    "https://example.org/a/labels.json",
  );
});
