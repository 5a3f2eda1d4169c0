const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let bit = 0; bit < 8; bit++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c;
});

function crc(bytes: Uint8Array): number {
  let c = 0xffffffff;
  for (const byte of bytes) c = CRC_TABLE[(c ^ byte) & 255]! ^ (c >>> 8);
  return (c ^ 0xffffffff) >>> 0;
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(12 + data.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, data.length);
  bytes.set(new TextEncoder().encode(type), 4);
  bytes.set(data, 8);
  view.setUint32(8 + data.length, crc(bytes.subarray(4, 8 + data.length)));
  return bytes;
}

/** Pixels row by row: indices into a palette of colors `#rrggbb`, or four bytes red, green, blue, alpha each. */
export type Pixels =
  | {
    readonly width: number;
    readonly height: number;
    readonly indices: Uint8Array;
    readonly palette: readonly string[];
  }
  | { readonly width: number; readonly height: number; readonly rgba: Uint8Array | Uint8ClampedArray };

/** A PNG file of some pixels. */
export function encodePNG(pixels: Pixels): Uint8Array {
  const { width, height } = pixels;
  const indexed = "indices" in pixels;
  const source = indexed ? pixels.indices : pixels.rgba;
  const stride = indexed ? width : 4 * width;
  const rows = new Uint8Array(height * (stride + 1));
  for (let y = 0; y < height; y++) {
    rows.set(source.subarray(y * stride, (y + 1) * stride), y * (stride + 1) + 1);
  }
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header.set([8, indexed ? 3 : 6, 0, 0, 0], 8);
  const parts = [
    Uint8Array.of(137, 80, 78, 71, 13, 10, 26, 10),
    chunk("IHDR", header),
    ...indexed ? [chunk("PLTE", paletteBytes(pixels.palette))] : [],
    chunk("IDAT", deflate(rows)),
    chunk("IEND", new Uint8Array()),
  ];
  const file = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    file.set(part, at);
    at += part.length;
  }
  return file;
}

function paletteBytes(palette: readonly string[]): Uint8Array {
  return Uint8Array.from(
    palette.flatMap((color) => [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16))),
  );
}

/** The zlib form of bytes: compressed in Deno; in a page, which has no synchronous compression, stored as they are. */
function deflate(bytes: Uint8Array): Uint8Array {
  const { process } = globalThis as {
    process?: { getBuiltinModule?(name: string): typeof import("node:zlib") };
  };
  return process?.getBuiltinModule?.("node:zlib").deflateSync(bytes) ?? store(bytes);
}

/** Bytes in blocks of zlib that are not compressed. */
export function store(bytes: Uint8Array): Uint8Array {
  const blocks = Math.max(1, Math.ceil(bytes.length / 65535));
  const stored = new Uint8Array(2 + 5 * blocks + bytes.length + 4);
  const view = new DataView(stored.buffer);
  stored.set([0x78, 0x01]);
  let at = 2;
  for (let block = 0; block < blocks; block++) {
    const part = bytes.subarray(65535 * block, 65535 * (block + 1));
    stored[at] = block === blocks - 1 ? 1 : 0;
    view.setUint16(at + 1, part.length, true);
    view.setUint16(at + 3, ~part.length & 0xffff, true);
    stored.set(part, at + 5);
    at += 5 + part.length;
  }
  let [a, b] = [1, 0];
  for (const byte of bytes) {
    a = (a + byte) % 65521;
    b = (b + a) % 65521;
  }
  view.setUint32(at, (b << 16 | a) >>> 0);
  return stored;
}
