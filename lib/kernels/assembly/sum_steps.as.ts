import { address, entry, word } from "./block.as";
import { bytes } from "./vector.as";

/**
 * Adds up what the steps of each sequence did.
 *
 * Arguments: sequences n; lengths; rows; what a backward run said of each row, `[5, rows]`; whether to add to what is
 * there. Result: per sequence what is left in the initial states, the sums of the bias, of the stabilizer and of what
 * came from above, and the largest amount that came from above or was carried on: `[n, 5]`.
 */
export function sumSteps<T>(command: usize): void {
  const sequences = word(command, 0), lengths = address(command, 1), list = bytes<T>(word(command, 2));
  const sums = address(command, 3), add = word(command, 4), result = address(command, 5), size = sizeof<T>();
  for (let s = 0; s < sequences; s++) {
    let bias = <T>0, stabilizer = <T>0, entered = <T>0, largest = <T>0, first = 0;
    let now = sequences;
    for (let t = 0; t < entry(lengths, s); t++) {
      while (entry(lengths, now - 1) <= t) now--;
      const at = sums + bytes<T>(first + s), carried = load<T>(at), above = load<T>(at + 4 * list);
      bias += load<T>(at + list);
      stabilizer += load<T>(at + 2 * list);
      entered += above;
      largest = max<T>(largest, max<T>(abs<T>(carried), abs<T>(above)));
      first += now;
    }
    const own = result + 5 * <usize>s * size;
    const rest = load<T>(sums + bytes<T>(s));
    store<T>(own, add ? load<T>(own) + rest : rest);
    store<T>(own + size, add ? load<T>(own + size) + bias : bias);
    store<T>(own + 2 * size, add ? load<T>(own + 2 * size) + stabilizer : stabilizer);
    store<T>(own + 3 * size, add ? load<T>(own + 3 * size) + entered : entered);
    store<T>(own + 4 * size, add ? max<T>(load<T>(own + 4 * size), largest) : largest);
  }
}
