import { requireOptions } from "../lib/options.ts";
import { assertMessage } from "./support/assert_message.ts";

const names = {
  action: "share",
  known: ["share", "signal"],
  choices: { share: ["all", "half"], signal: [0, 1] },
};

Deno.test("an option with few values must have one of them", () => {
  requireOptions({ share: "half", signal: 1 }, names);
  requireOptions({ share: undefined }, names);
  assertMessage(
    () => requireOptions({ share: "halve" }, names),
    RangeError,
    'Cannot share: share must be one of all, half, got "halve"',
  );
  assertMessage(
    () => requireOptions({ signal: 5 }, names),
    RangeError,
    "Cannot share: signal must be one of 0, 1, got 5",
  );
});
