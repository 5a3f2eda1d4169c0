import { assert, assertEquals, assertRejects } from "@std/assert";
import { UnknownTokenError } from "../../../lib/errors.ts";
import { checkParity, intentClassifier, loadTorchModel, readNpz } from "../../../lib/io/mod.ts";
import { tokenizeUtterance } from "../../../lib/io/models/tokenize_utterance.ts";
import { contiguous } from "../../../lib/tensor/mod.ts";
import { sharedTest } from "../../support/shared.ts";

const LABELS = [
  "AddToPlaylist",
  "BookRestaurant",
  "GetWeather",
  "PlayMusic",
  "RateBook",
  "SearchCreativeWork",
  "SearchScreeningEvent",
];
const folder = new URL("../../../lib/models/snips_bilstm/", import.meta.url);

/** The label of the highest score. */
const best = (labels: readonly string[], scores: Float64Array): string =>
  labels[scores.indexOf(Math.max(...scores))]!;

Deno.test("intentClassifier() gives the scores of PyTorch", async () => {
  const arrays = await readNpz(
    await Deno.readFile(new URL("../../fixtures/models/snips_bilstm_io.npz", import.meta.url)),
  );
  const [ids, logits] = [arrays.get("x")!, arrays.get("logits")!];
  const cases = Array.from({ length: ids.shape[0]! }, (_, i) => ({
    input: { ids: contiguous(ids.pick(i, null)) },
    scores: contiguous(logits.pick(i, null)),
  }));
  assertEquals(cases.length, 16);
  // Scores of about 11 in float32: 11 * 2^-24 = 7e-7 for each rounding.
  assert(checkParity(await intentClassifier(), cases) < 2e-6);
});

Deno.test("intentClassifier() has its words and labels, and takes words it does not know for one", async () => {
  const model = await intentClassifier();
  assertEquals(model.labels, LABELS);
  assertEquals([model.table.vocabulary!.length, model.inputSize, model.outputWeights.length], [
    4647,
    32,
    7 * 64,
  ]);
  const { scores } = model.forward("Play Zyxwvut Qwxy");
  assertEquals(scores, model.forward(["play", "<unk>", "<unk>"]).scores);
});

Deno.test("intentClassifier() knows what simple utterances want", async () => {
  const model = await intentClassifier();
  const utterances: Record<string, string> = {
    "Add this song to my summer playlist": "AddToPlaylist",
    "book a table for two in Boston": "BookRestaurant",
    "Will it rain in Paris tomorrow?": "GetWeather",
    "play some jazz": "PlayMusic",
    "Give this novel 4 stars": "RateBook",
    "find a photograph called Blue Skies": "SearchCreativeWork",
    "what movies are playing at the cinema tonight": "SearchScreeningEvent",
  };
  for (const [text, label] of Object.entries(utterances)) {
    assertEquals(best(model.labels, model.forward(text).scores), label, text);
  }
});

Deno.test("the shipped files load from a server as from a disk", async () => {
  await using server = Deno.serve({ port: 0, onListen: () => {} }, async ({ url }) => {
    const file = await Deno.readFile(new URL(`.${new URL(url).pathname}`, folder)).catch(() => undefined);
    return new Response(file ?? null, { status: file ? 200 : 404 });
  });
  const model = await loadTorchModel(`http://localhost:${server.addr.port}/model.safetensors`);
  assertEquals(model.labels, LABELS);
  assertEquals(
    model.forward(["play", "some", "jazz"]).scores,
    (await intentClassifier()).forward("play some jazz").scores,
  );
  const error = await assertRejects(
    () => Promise.resolve().then(() => model.forward(["play", "zyxwvut", "qwxy"])),
    UnknownTokenError,
  );
  assertEquals(error.tokens, ["zyxwvut", "qwxy"]);
});

Deno.test("tokenizeUtterance() cuts words, and every other character for itself", () => {
  assertEquals(tokenizeUtterance("  I'd like ESPAÑOL 2-CD, 😀 please!"), [
    ...["i'd", "like", "espa", "ñ", "ol", "2", "-", "cd", ",", "😀", "please", "!"],
  ]);
  assertEquals(tokenizeUtterance(" \n"), []);
});

sharedTest("intentClassifier() is right on 683 of 700 held-out utterances", [
  "data/snips/snips_tokenised.json",
], async ([path]) => {
  const { test } = JSON.parse(await Deno.readTextFile(path!)) as {
    test: { label: string; words: string[] }[];
  };
  const model = await intentClassifier();
  const right = test.filter(({ label, words }) => best(model.labels, model.forward(words).scores) === label);
  assertEquals([right.length, test.length], [683, 700]);
});

sharedTest(
  "tokenizeUtterance() cuts held-out utterances as they were cut for training",
  ["data/snips"],
  async ([data]) => {
    const { test } = JSON.parse(await Deno.readTextFile(`${data}/snips_tokenised.json`)) as {
      test: { label: string; words: string[] }[];
    };
    let [whole, inParts] = [0, 0];
    for (const label of LABELS) {
      const utterances = JSON.parse(
        await Deno.readTextFile(`${data}/${label}/validate_${label}.json`),
      )[label] as {
        data: { text: string }[];
      }[];
      test.filter((one) => one.label === label).forEach(({ words }, i) => {
        const parts = utterances[i]!.data.map(({ text }) => text);
        const same = (tokens: string[]): boolean => tokens.join(" ") === words.join(" ");
        if (same(tokenizeUtterance(parts.join("")))) whole++;
        if (same(parts.flatMap(tokenizeUtterance))) inParts++;
      });
    }
    // They were cut part by part of their annotation; eight parts end within a word.
    assertEquals([whole, inParts], [692, 700]);
  },
);
