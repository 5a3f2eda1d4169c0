// A block is a few sequences of different lengths side by side, longest first, without padding: the rows of step t are
// those of the sequences that have a step t, and follow those of step t - 1. With a single sequence that is simply one
// row per step. Arrays of states have one row per step *before* it, and after the last row one more per sequence for
// its last state.
//
// Numbers of units are rounded up to a multiple of 4. The added units have a candidate bias of 1, so that they are never
// 0 and divide nothing by 0, and weights of 0, so that nobody sees them.

/** Argument `index` of a command. */
@inline
export function word(command: usize, index: i32): i32 {
  return load<i32>(command + <usize>(4 * index));
}

/** Argument `index` of a command, as an address. */
@inline
export function address(command: usize, index: i32): usize {
  return <usize>load<u32>(command + <usize>(4 * index));
}

/** Entry `index` of a list of integers. */
@inline
export function entry(list: usize, index: i32): i32 {
  return load<i32>(list + (<usize>index << 2));
}

/** How many of the first `count` sequences have a step `t`. */
export function active(lengths: usize, count: i32, t: i32): i32 {
  while (count > 0 && entry(lengths, count - 1) <= t) count--;
  return count;
}

/** Sets `count` numbers to 0. */
@inline
export function clear<T>(count: i32, at: usize): void {
  memory.fill(at, 0, <usize>count * sizeof<T>());
}

/** Sets the numbers of a row from `used` to `width` to 0. */
@inline
export function clearPadding<T>(used: i32, width: i32, row: usize): void {
  if (used < width) clear<T>(width - used, row + <usize>used * sizeof<T>());
}
