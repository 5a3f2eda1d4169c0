import { assertEquals, assertRejects } from "@std/assert";
import { mapWithProgress } from "../lib/map_with_progress.ts";

/** Holds the thread, as computing does. */
function compute(milliseconds: number): void {
  const start = performance.now();
  while (performance.now() - start < milliseconds);
}

Deno.test("mapWithProgress() lets other tasks run between its items, and tells how far it is", async () => {
  let turns = 0;
  const clock = setInterval(() => turns++, 1);
  const told: [number, number][] = [];
  const results = await mapWithProgress([1, 2, 3, 4, 5], (x, i) => {
    compute(30);
    return x * 10 + i;
  }, { onProgress: (done, total) => void told.push([done, total]) });
  clearInterval(clock);
  assertEquals(results, [10, 21, 32, 43, 54]);
  // A slice of 40 ms holds at most two items of 30 ms each.
  assertEquals(told.length >= 3, true);
  assertEquals(told.at(-1), [5, 5]);
  assertEquals(turns >= 2, true);
});

Deno.test("mapWithProgress() stops at a signal between two items", async () => {
  const controller = new AbortController();
  const done: number[] = [];
  const stopped = mapWithProgress(Array.from({ length: 100 }, (_, i) => i), (i) => {
    compute(20);
    done.push(i);
  }, { signal: controller.signal });
  setTimeout(() => controller.abort(new Error("enough")), 70);
  assertEquals((await assertRejects(() => stopped, Error)).message, "enough");
  assertEquals(done.length < 10, true);
});

Deno.test("mapWithProgress() does nothing for a signal that has already stopped, and rejects with the error of an item", async () => {
  const items: number[] = [];
  await assertRejects(
    () => mapWithProgress([1], (x) => items.push(x), { signal: AbortSignal.abort() }),
    DOMException,
  );
  assertEquals(items, []);
  const failing = () =>
    mapWithProgress([1], () => {
      throw new RangeError("Cannot do it");
    });
  assertEquals((await assertRejects(failing, RangeError)).message, "Cannot do it");
});

Deno.test("mapWithProgress() waits for what its work promises, however long, and for work within work", async () => {
  const waited = await mapWithProgress([250, 0], async (milliseconds) => {
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
    return await mapWithProgress([1, 2], (x) => {
      compute(30);
      return x + milliseconds;
    });
  });
  assertEquals(waited, [[251, 252], [1, 2]]);
});

Deno.test("mapWithProgress() of nothing is nothing", async () => {
  assertEquals(await mapWithProgress([], () => 1), []);
});
