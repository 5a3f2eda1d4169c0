import { assert, assertEquals } from "@std/assert";
import { argmax } from "../../lib/attribution/mod.ts";
import {
  automatonNetwork,
  bracketNetwork,
  counterNetwork,
  hasForbiddenSubsequence,
  subsequenceNetwork,
} from "../../lib/evaluation/mod.ts";
import { randomGenerator } from "../../lib/random.ts";
import type { RecurrentClassifier } from "../../lib/recurrent/mod.ts";

const say = (model: RecurrentClassifier, text: string): string =>
  model.labels[argmax(model.forward(text).scores)]!;

function randomText(seed: number, symbols: string): string {
  const random = randomGenerator(seed);
  return Array.from({ length: 1 + random.integer(60) }, () => symbols[random.integer(symbols.length)]).join(
    "",
  );
}

Deno.test("the counter counts", () => {
  const model = counterNetwork();
  for (let seed = 0; seed < 200; seed++) {
    const text = randomText(seed, "ab");
    const count = [...text].reduce((sum, symbol) => sum + (symbol === "a" ? 1 : -1), 0);
    assertEquals(say(model, text), count > 0 ? "more a" : "not more a", text);
  }
});

Deno.test("both nets find forbidden subsequences", () => {
  const models = [subsequenceNetwork(), automatonNetwork()];
  let allowed = 0;
  for (let seed = 0; seed < 300; seed++) {
    // Few symbols, so that many strings hold none.
    const text = randomText(seed, seed % 3 === 0 ? "abcd" : seed % 3 === 1 ? "bd" : "ad").slice(
      0,
      1 + seed % 12,
    );
    // Definition: any two places in order.
    const expected = [...text].some((a, i) =>
      [...text.slice(i + 1)].some((b) => ["ab", "bc", "cd", "dc"].includes(a + b))
    );
    assertEquals(hasForbiddenSubsequence(text), expected, text);
    if (!expected) allowed++;
    for (const model of models) assertEquals(say(model, text), expected ? "found" : "none", text);
  }
  assert(allowed > 100);
});

Deno.test("the stack knows which bracket must close", () => {
  const model = bracketNetwork({ depth: 6 });
  for (let seed = 0; seed < 300; seed++) {
    const random = randomGenerator(seed);
    const open: string[] = [];
    let text = "";
    for (let length = 1 + random.integer(30); length > 0; length--) {
      if (open.length > 0 && (open.length === 6 || random.uniform() < 0.5)) {
        text += open.pop();
      } else {
        const round = random.uniform() < 0.5;
        open.push(round ? ")" : "]");
        text += round ? "(" : "[";
      }
    }
    assertEquals(say(model, text), open.at(-1) ?? "none", text);
  }
});
