import { assert, assertEquals } from "@std/assert";
import { TokenSlots, ZERO_VECTOR } from "../../lib/kernels/token_slots.ts";
import { randomGenerator } from "../../lib/random.ts";

Deno.test("TokenSlots.take() gives a new token a place once and finds it again", () => {
  const table = new TokenSlots(4, 10);
  const first = table.take(Int32Array.of(7, 3, 7), 4);
  assertEquals([...first.slots], [0, 1, 0]);
  assertEquals([first.first, ...first.added], [0, 0, 1]);
  const second = table.take(Int32Array.of(3, 5), 4);
  assertEquals([...second.slots], [1, 2]);
  assertEquals([second.first, ...second.added], [2, 1]);
});

Deno.test("TokenSlots.take() gives what finds no place a slot of the block's own, once per block", () => {
  const table = new TokenSlots(2, 10);
  table.take(Int32Array.of(0, 1), 2);
  for (const scratch of [2, 9]) {
    const { slots, added, missing } = table.take(Int32Array.of(3, 0, -1, 3, -1), scratch);
    assertEquals([...slots], [scratch, 0, scratch + 1, scratch, scratch + 2]);
    assertEquals([[...added], [...missing]], [[], [0, 2, 4]]);
  }
});

Deno.test("TokenSlots.take() gives all zeros of a block one slot", () => {
  for (const vocabulary of [0, 3]) {
    const table = new TokenSlots(vocabulary, vocabulary);
    for (const scratch of [3, 9]) {
      const { slots, missing } = table.take(Int32Array.of(ZERO_VECTOR, -1, ZERO_VECTOR, -1), scratch);
      assertEquals([...slots], [scratch, scratch + 1, scratch, scratch + 2]);
      assertEquals([...missing], [0, 1, 3]);
    }
  }
});

Deno.test("TokenSlots.take() leads every token of every block to its own vector, which stays where it is", () => {
  for (let seed = 0; seed < 200; seed++) {
    const random = randomGenerator(seed);
    const size = random.integer(8), vocabulary = 1 + random.integer(12), longest = 10;
    const slots = new TokenSlots(size, vocabulary);
    // What stands in the slots: the id of a token, or a name of its own for a vector without one.
    const room = new Array<string>(size + 2 * longest).fill("");
    for (let block = 0; block < 30; block++) {
      const ids = Int32Array.from(
        { length: 1 + random.integer(longest) },
        () => random.integer(vocabulary + 1) - 1,
      );
      const names = Array.from(ids, (id, token) => id < 0 ? `block ${block}, token ${token}` : `${id}`);
      const taken = slots.take(ids, size + (block % 2) * longest);
      taken.added.forEach((token, i) => {
        assertEquals(room[taken.first + i], "", "a place of the table is given away once");
        room[taken.first + i] = names[token]!;
      });
      taken.missing.forEach((token, i) => room[taken.scratch + i] = names[token]!);
      assert(taken.first + taken.added.length <= size && room.length === size + 2 * longest);
      assertEquals(Array.from(taken.slots, (slot) => room[slot]), names, `seed ${seed}, block ${block}`);
    }
  }
});
