import { tensor } from "../tensor/mod.ts";
import { Attribution } from "./attribution.ts";
import type { Explained } from "./explain_one.ts";

/** The same answer with the relevance of whole tokens, `[T]`. */
export function ofTokens(explained: Explained): Explained {
  const { index, attribution } = explained;
  if (!attribution || attribution.relevance.shape.length < 2) return explained;
  const { tokens, scores, labels, target, method, rest, notes, ledger, tokenRelevance } = attribution;
  const relevance = tensor(tokenRelevance, [tokenRelevance.length]);
  const parts = { relevance, tokens, scores, labels, target, method, rest, notes };
  return { index, attribution: new Attribution(ledger ? { ...parts, ledger } : parts) };
}
