import { assertEquals } from "@std/assert";
import { TokenSlots } from "../../lib/kernels/token_slots.ts";
import { randomGenerator } from "../../lib/random.ts";

Deno.test("TokenSlots.take() writes a new token once and finds it again", () => {
  const table = new TokenSlots(4, 10);
  const first = table.take(Int32Array.of(7, 3, 7));
  assertEquals([...first.slots], [0, 1, 0]);
  assertEquals([...first.missing], [0, 1]);
  const second = table.take(Int32Array.of(3, 5));
  assertEquals([...second.slots], [1, 2]);
  assertEquals([second.first, ...second.missing], [2, 1]);
});

Deno.test("TokenSlots.take() moves a token whose slot is needed for another", () => {
  const table = new TokenSlots(3, 10);
  table.take(Int32Array.of(0, 1, 2));
  // 3 goes to slot 0, where 0 stood: 0 goes to slot 1, where nobody of this block stands.
  const { slots, missing, first } = table.take(Int32Array.of(3, 0));
  assertEquals([...slots], [0, 1]);
  assertEquals([first, ...missing], [0, 0, 1]);
});

Deno.test("TokenSlots.take() leads every token of every block to its own vector", () => {
  for (let seed = 0; seed < 200; seed++) {
    const random = randomGenerator(seed);
    const size = 1 + random.integer(8), vocabulary = 1 + random.integer(12);
    const slots = new TokenSlots(size, vocabulary);
    // What stands in the table: the id of a token, or a name of its own for a vector without one.
    const table = new Array<string>(size).fill("");
    for (let block = 0; block < 30; block++) {
      const ids = Int32Array.from(
        { length: 1 + random.integer(size) },
        () => random.integer(vocabulary + 1) - 1,
      );
      const names = Array.from(ids, (id, token) => id < 0 ? `block ${block}, token ${token}` : `${id}`);
      const taken = slots.take(ids);
      taken.missing.forEach((token, i) => table[taken.first + i] = names[token]!);
      assertEquals(table.length, size, `seed ${seed}, block ${block}: a slot beyond the last`);
      assertEquals(Array.from(taken.slots, (slot) => table[slot]), names, `seed ${seed}, block ${block}`);
    }
  }
});
