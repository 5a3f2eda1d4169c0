/** How many of the 2210 sentences of the SST test set have 0, 1, 2, … words. */
// deno-fmt-ignore
export const SST_LENGTHS: readonly number[] = [
  0, 0, 6, 13, 20, 33, 57, 67, 98, 67, 71, 66, 78, 85, 79, 93, 75, 95, 103, 91, 83, 74, 87, 93, 80, 66, 65, 68, 56, 52,
  34, 38, 30, 38, 23, 18, 20, 17, 19, 10, 9, 6, 5, 7, 5, 3, 2, 1, 3, 0, 0, 0, 0, 0, 0, 0, 1,
];
