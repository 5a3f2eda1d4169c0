import { assertEquals } from "@std/assert";
import { formatNumber, formatSigned } from "../../lib/plot/text/format_number.ts";

const CASES: [value: number, text: string][] = [
  [0, "0"],
  [0.25, "0.25"],
  [-12.345, "-12.3"],
  [12345, "12300"],
  [99_000, "99000"],
  [123_456, "1.23e5"],
  [1e5, "1e5"],
  [0.00012, "0.00012"],
  [0.000012, "1.2e-5"],
];

for (const [value, text] of CASES) {
  Deno.test(`formatNumber() writes ${value} as ${text}`, () => assertEquals(formatNumber(value), text));
}

Deno.test("formatSigned() gives 0 no sign", () => {
  assertEquals([1, 0, -1].map(formatSigned), ["+1", "0", "-1"]);
});
