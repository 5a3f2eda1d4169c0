// deno-lint-ignore-file no-console
import { explain, lrp } from "../../lib/attribution/mod.ts";
import { intentClassifier } from "../../lib/io/models/intent_classifier.ts";

const model = await intentClassifier();
const { tokenRelevance } = explain(model, "play some jazz by miles davis", { method: lrp() });
console.log(tokenRelevance.length);
