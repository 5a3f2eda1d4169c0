import { FormatError } from "../../../lib/errors.ts";
import { tokenizeUtterance } from "../../../lib/io/models/tokenize_utterance.ts";
import { type DataSet, requireContent } from "./data_set.ts";

const HOME = "https://raw.githubusercontent.com/sonos/nlu-benchmark/master/2017-06-custom-intent-engines/";
const INTENTS = [
  "AddToPlaylist",
  "BookRestaurant",
  "GetWeather",
  "PlayMusic",
  "RateBook",
  "SearchCreativeWork",
  "SearchScreeningEvent",
];
/** Of what is made of the files: labels and utterances. */
const SHA256 = "4f366f14971996e7e948ebd6f95f83ef814d215ca653f25b6e6bf01ea713240d";
const fileOf = (intent: string): string => `${intent}/validate_${intent}.json`;

/** An utterance in pieces; those that fill a slot name it. */
interface Original {
  readonly data: readonly { readonly text: string; readonly entity?: string }[];
}

/** The held-out utterances of the SNIPS data, in tokens, with the slot that each token fills. */
export const snips: DataSet = {
  about: "the 700 held-out utterances of the SNIPS intents of 2017 (CC0)",
  files: Object.fromEntries(INTENTS.map((intent) => [fileOf(intent), HOME + fileOf(intent)])),
  make: async (files) => {
    const test = INTENTS.flatMap((label) =>
      utterances(files.get(fileOf(label))!, label).map(({ data }) => {
        const tokens = data.flatMap(({ text, entity = null }) =>
          tokenizeUtterance(text).map((word) => ({ word, slot: entity }))
        );
        return { label, words: tokens.map(({ word }) => word), slots: tokens.map(({ slot }) => slot) };
      })
    );
    const content = new TextEncoder().encode(JSON.stringify({ labels: INTENTS, test }));
    await requireContent("snips", content, SHA256);
    return { "snips_tokenised.json": content };
  },
};

function utterances(bytes: Uint8Array, intent: string): readonly Original[] {
  const path = fileOf(intent);
  let all: Record<string, readonly Original[]>;
  try {
    all = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new FormatError(`Cannot take snips: ${path} must be JSON in UTF-8, got something else`, {
      path,
      cause,
    });
  }
  const list = all[intent];
  if (Array.isArray(list) && list.length === 100) return list;
  const got = Array.isArray(list) ? list.length : "none";
  throw new FormatError(`Cannot take snips: ${path} must hold 100 utterances of ${intent}, got ${got}`, {
    path,
  });
}
