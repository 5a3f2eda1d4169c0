import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { explain, lrp } from "../../lib/attribution/mod.ts";
import { main } from "../../lib/cli/mod.ts";
import { intentClassifier } from "../../lib/io/mod.ts";
import { contiguous } from "../../lib/tensor/mod.ts";
import { assertClose } from "../support/assert_close.ts";
import { answers, run } from "./run_command.ts";

Deno.test("explain answers every line in order, and passes the id through", async () => {
  const { code, output } = await run(
    ["explain"],
    '{"id":"a","text":"play some jazz"}\n{"tokens":["book","a","table"],"id":{"n":2}}\n{"ids":[3,4,5]}\n',
  );
  assertEquals(code, 0);
  const [first, second, third] = answers(output);
  assertEquals(first.id, "a");
  assertEquals(second.id, { n: 2 });
  assertEquals(third.id, undefined);
  assertEquals(first.tokens, ["play", "some", "jazz"]);
  assertEquals(third.tokens, ["add", "another", "song"]);

  const attribution = explain(await intentClassifier(), "play some jazz", { method: lrp() });
  assertEquals(Object.keys(first), [
    "id",
    "scores",
    "target",
    "label",
    "tokens",
    "relevance",
    "rest",
    "ledger",
  ]);
  assertEquals(first.scores, [...attribution.scores]);
  // Relevance of tokens alone comes from their projections, and not from that of their components.
  assertClose(first.relevance, attribution.tokenRelevance, { absolute: 1e-14, where: "relevance" });
  assertEquals(first.rest, attribution.rest);
  // The command line adds up a layer at a time, the attribution a step at a time.
  const { gap, ...ledger } = attribution.ledger!.toJSON();
  assertEquals(Object.keys(first.ledger), [...Object.keys(ledger), "gap"]);
  for (const [name, amount] of Object.entries(ledger)) {
    assertClose(first.ledger[name], amount, { absolute: 1e-14, where: name });
  }
  assertClose(first.ledger.gap, gap!, { absolute: 1e-14 });
  assertEquals([first.target, first.label], [attribution.target.class, "PlayMusic"]);
});

Deno.test("explain gives the same answers on any number of workers", async () => {
  const lines = Array.from(
    { length: 200 },
    (_, i) =>
      JSON.stringify(i % 7 === 3 ? { id: i } : { id: i, tokens: ["play", "some", "jazz"].slice(i % 3) }),
  );
  const [one, three] = await Promise.all(
    ["1", "3"].map((workers) => run(["explain", "--workers", workers], lines.join("\n"))),
  );
  assertEquals(three, one);
  assertEquals(one!.output.trimEnd().split("\n").map((line) => JSON.parse(line).id), lines.map((_, i) => i));
  for (const workers of ["0", "1.5", "many"]) {
    const { code, messages } = await run(["explain", "--workers", workers]);
    assertEquals(code, 2);
    assertStringIncludes(
      messages,
      `Cannot explain: --workers must be an integer from 1 to 999, got "${workers}"`,
    );
  }
});

Deno.test("explain answers bad lines in their place, goes on, and ends with code 1", async () => {
  const bad = [
    "not json",
    "",
    "[1]",
    '"text"',
    "null",
    "{}",
    '{"id":7,"text":"a","ids":[1]}',
    '{"text":5}',
    '{"tokens":"a b"}',
    '{"tokens":[1]}',
    '{"ids":["1"]}',
    '{"ids":[999999]}',
    '{"ids":[]}',
    '{"text":"  "}',
  ];
  const { code, output, messages } = await run(["explain"], `{"ids":[3]}\n${bad.join("\n")}\n{"ids":[4]}\n`);
  assertEquals([code, messages], [1, ""]);
  const read = 'Cannot read the line: it must be a JSON object with "text", "tokens" or "ids", ';
  const input = "Cannot read the input: ";
  const [good, ...rest] = answers(output);
  assertEquals(good.tokens, ["add"]);
  assertEquals(rest.pop().tokens, ["another"]);
  assertEquals(rest, [
    { line: 2, error: read + "got not json" },
    { line: 3, error: read + "got an empty line" },
    { line: 4, error: read + "got [1]" },
    { line: 5, error: read + 'got "text"' },
    { line: 6, error: read + "got null" },
    { line: 7, error: read + "one of them, got 0" },
    { id: 7, line: 8, error: read + "one of them, got 2" },
    { line: 9, error: 'Cannot read the line: "text" must be a string, got 5' },
    { line: 10, error: 'Cannot read the line: "tokens" must be a list of strings, got "a b"' },
    { line: 11, error: 'Cannot read the line: "tokens" must be a list of strings, got [1]' },
    { line: 12, error: 'Cannot read the line: "ids" must be a list of numbers, got ["1"]' },
    { line: 13, error: input + "an id must be an integer from 0 to 4646, got 999999 at 0" },
    { line: 14, error: input + "it must have at least one token, got none" },
    { line: 15, error: input + "it must have at least one token, got none" },
  ]);
});

Deno.test("explain reads lines however they are cut, and the last one without an end", async () => {
  const text = '{"text":"añade jazz"}\r\n{"id":2,"ids":[3]}';
  const bytes = new TextEncoder().encode(text);
  let output = "";
  const code = await main(["explain"], {
    input: ReadableStream.from(Array.from(bytes, (byte) => Uint8Array.of(byte))),
    write: (part) => void (output += part),
  });
  assertEquals(code, 0);
  assertEquals(answers(output).map(({ tokens }) => tokens), [["a", "ñ", "ade", "jazz"], ["add"]]);
});

Deno.test("explain --detail full gives both directions, which add up to the tokens", async () => {
  const args = ["explain", "--detail", "full", "--eps", "0.01", "--bias-factor", "1", "--target", "3"];
  const { output } = await run(args, '{"text":"book a table"}\n');
  const [{ Rx, RxRev, relevance, target }] = answers(output);
  assertEquals([Rx.length, Rx[0].length, RxRev.length, target], [3, 32, 3, 3]);
  const sums = Rx.map((row: number[], t: number) =>
    [...row, ...RxRev[t]].reduce((sum: number, value: number) => sum + value, 0)
  );
  assertClose(relevance, sums, { absolute: 1e-13 });
  const method = lrp({ epsilon: 0.01, biasFactor: 1 });
  const attribution = explain(await intentClassifier(), "book a table", { method, target: 3 });
  assertEquals(Rx[1], [...contiguous(attribution.directions!.forward.pick(1, null))]);
});

Deno.test("explain notes unknown words, and refuses what is no text or too long without losing the rest", async () => {
  const encoder = new TextEncoder();
  const longest = encoder.encode(`{"text":"${"a ".repeat(2 ** 19)}"}`); // a few bytes over 1 MiB
  const parts = [
    encoder.encode('{"text":"play zyzzyva"}\n{"id":1,"text":"'),
    Uint8Array.of(0xff, 0xfe),
    encoder.encode('"}\n'),
    longest.subarray(0, 400_000),
    longest.subarray(400_000),
    encoder.encode('\n{"id":9,"text":"play jazz"}'),
  ];
  let output = "";
  const code = await main(["explain"], {
    input: ReadableStream.from(parts),
    write: (part) => void (output += part),
  });
  assertEquals(code, 1);
  const [unknown, binary, long, last] = answers(output);
  assertEquals(unknown.notes, ['read as <unk>, since the vocabulary does not hold them: "zyzzyva"']);
  assertEquals(binary, { line: 2, error: "Cannot read the line: it must be UTF-8, got other bytes" });
  assertEquals(long, {
    line: 3,
    error: "Cannot read the line: it must have at most 1048576 bytes, got more",
  });
  assertEquals([last.id, last.notes], [9, undefined]);
});

Deno.test("the seed of random numbers counts", async () => {
  const relevance = async (seed: string) =>
    answers((await run(["explain", "--method", "random", "--seed", seed], '{"ids":[3,4]}\n')).output)[0]
      .relevance;
  assertEquals(await relevance("1"), await relevance("1"));
  assertEquals((await relevance("1"))[0] === (await relevance("2"))[0], false);
});

Deno.test("a reader that goes away ends the command in silence", async () => {
  let written = 0, messages = "";
  const code = await main(["explain"], {
    input: ReadableStream.from([new TextEncoder().encode('{"ids":[3]}\n'.repeat(5))]),
    write: () => {
      if (++written > 2) throw new Deno.errors.BrokenPipe("Broken pipe");
    },
    warn: (text) => void (messages += text),
  });
  assertEquals([code, written, messages], [0, 3, ""]);
});

Deno.test("text is colored where that is asked for", async () => {
  let output = "";
  await main(["explain", "--format", "text"], {
    input: ReadableStream.from([new TextEncoder().encode('{"text":"play some jazz"}\n')]),
    write: (part) => void (output += part),
    color: true,
  });
  assertStringIncludes(output, "\u001b[48;2;");
});

Deno.test("explain takes every method, and a target by its label", async () => {
  for (
    const [method, name] of [
      ["lrp", "LRP"],
      ["sensitivity", "Sensitivity"],
      ["gradient-times-input", "Gradient x input"],
      ["occlusion", "Occlusion"],
      ["integrated-gradients", "Integrated gradients"],
      ["random", "Random"],
    ] as const
  ) {
    const { code, output } = await run(
      ["explain", "--method", method, "--target", "BookRestaurant"],
      '{"text":"book a table"}\n',
    );
    const [answer] = answers(output);
    assertEquals([code, answer.label, answer.target], [0, "BookRestaurant", 1], name);
    assertEquals(answer.relevance.length, 3);
    assertEquals(answer.ledger === null, method !== "lrp");
  }
});

Deno.test("explain draws heat maps for a terminal and for a page, with markup in words made harmless", async () => {
  const input =
    '{"id":"<b>","text":"play some jazz"}\n{"tokens":["<script>alert(1)</script>"]}\nnonsense <i>\n';
  const text = await run(["explain", "--format", "text"], input);
  assertEquals(text.code, 1);
  assertStringIncludes(text.output, "jazz");
  assertStringIncludes(text.output, "line 3: Cannot read the line");
  assertStringIncludes(text.output, "play(+5.75)");
  assertEquals(text.output.includes("\u001b["), false);
  const html = await run(["explain", "--format", "html"], input);
  assertMatch(html.output, /^<!doctype html>/);
  assertMatch(html.output, /<\/html>\n$/);
  assertEquals(html.output.match(/<img /g)?.length, 2);
  for (const harmful of ["<script>alert", "<b>", "<i>"]) assertEquals(html.output.includes(harmful), false);
});

Deno.test("explain loads a folder in the reference layout and a safetensors file with its words", async () => {
  const folder = "tests/fixtures/loader_variants/p2";
  const index = JSON.parse(await Deno.readTextFile("tests/fixtures/loader_variants/index.json"));
  const expected = index.variants.find(({ dir }: { dir: string }) => dir === "p2");
  const line = `${JSON.stringify({ ids: expected.ids })}\n`;
  for (const embeddings of [[], ["--embeddings", `${folder}/embeddings.npy`]]) {
    const { output } = await run([
      "explain",
      "--model",
      folder,
      ...embeddings,
      "--target",
      `${expected.class}`,
    ], line);
    const [answer] = answers(output);
    assertClose(answer.scores, expected.scores, { absolute: 1e-14 });
    assertClose(answer.relevance, expected.R_words, { absolute: 1e-10 });
  }
  const weights = ["--model", "lib/models/snips_bilstm/model.safetensors"];
  const words = ["--vocabulary", "lib/models/snips_bilstm/vocabulary.json", "--unknown-token", "<unk>"];
  const { code, output } = await run(["explain", ...weights, ...words], '{"text":"play some zyzzyva"}\n');
  assertEquals([code, answers(output)[0].label], [0, "PlayMusic"]);
  const strict = await run(["explain", ...weights], '{"text":"play some zyzzyva"}\n');
  assertEquals(answers(strict.output), [{
    line: 1,
    error: 'Cannot read the input: every word must be in the vocabulary of 4647, got "zyzzyva"',
  }]);
});
