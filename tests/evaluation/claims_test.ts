import { assertEquals } from "@std/assert";
import { CLAIMS } from "../../lib/evaluation/claims.ts";
import { type Claim, Claims } from "../../lib/evaluation/mod.ts";

const list: Claim[] = [
  {
    claim: "it reads digits",
    published: { value: "99.23 %", source: "a table" },
    ours: "99.24 %",
    holds: true,
  },
  { claim: "it reads letters", ours: "12 %", holds: false },
];

Deno.test("claims are a table with a verdict each", () => {
  const claims = new Claims(list, { seed: 3 });
  assertEquals(claims.columns, ["claim", "published", "ours", "verdict"]);
  assertEquals(claims.rows, [
    ["it reads digits", "99.23 % (a table)", "99.24 %", "holds"],
    ["it reads letters", "–", "12 %", "fails"],
  ]);
});

Deno.test("a notebook gets the claims as data beside the table", () => {
  const claims = new Claims(list, { seed: "1 to 4" });
  const bundle = claims.toBundle();
  assertEquals(Object.keys(bundle), ["text/html", "text/markdown", "text/plain", CLAIMS]);
  assertEquals(bundle[CLAIMS], { seed: "1 to 4", claims: list });
});
