/** The longest line that is read, in bytes: some hundred thousand words, which take about a gigabyte to explain. */
export const LONGEST_LINE = 2 ** 20;

const END = 0x0a, RETURN = 0x0d;

/**
 * The lines of a stream of bytes, without their ends; the last one also when no end follows it.
 *
 * A line longer than `longest` bytes comes as its first bytes, one more than that, and its rest is passed over.
 */
export async function* lines(
  stream: ReadableStream<Uint8Array>,
  longest = LONGEST_LINE,
): AsyncGenerator<Uint8Array> {
  let pieces: Uint8Array[] = [], length = 0;
  const add = (piece: Uint8Array): void => {
    const room = longest + 1 - length;
    if (room <= 0 || piece.length === 0) return;
    pieces.push(piece.slice(0, room));
    length += Math.min(room, piece.length);
  };
  const take = (): Uint8Array => {
    const line = new Uint8Array(length);
    let at = 0;
    for (const piece of pieces) {
      line.set(piece, at);
      at += piece.length;
    }
    pieces = [];
    length = 0;
    return line.at(-1) === RETURN ? line.subarray(0, -1) : line;
  };
  for await (const chunk of stream) {
    let start = 0;
    for (let end = chunk.indexOf(END); end >= 0; end = chunk.indexOf(END, start)) {
      add(chunk.subarray(start, end));
      yield take();
      start = end + 1;
    }
    add(chunk.subarray(start));
  }
  if (length > 0) yield take();
}
