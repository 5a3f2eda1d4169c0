import { assertEquals } from "@std/assert";
import { described } from "../lib/described.ts";
import { relu } from "../lib/layers/mod.ts";
import { tensor } from "../lib/tensor/mod.ts";

Deno.test("described() says what a value is", () => {
  const values = [
    tensor([1]),
    5n,
    () => 1,
    relu,
    "a",
    [1],
    null,
    undefined,
    2,
    new Map(),
    { name: "b" },
    { name: 1 },
    Object.create(null),
  ];
  assertEquals(values.map(described), [
    "an ndarray",
    "5n",
    "a function",
    "the function relu",
    '"a"',
    "a list",
    "null",
    "undefined",
    "2",
    "a Map",
    'an object called "b"',
    "an object",
    "an object",
  ]);
});
