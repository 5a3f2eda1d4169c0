import { concatenate } from "./zmtp_socket.ts";

const DELIMITER = "<IDS|MSG>";
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** What a kernel says: a reply on the shell or control channel, or news on the iopub channel. */
export interface Message {
  /** Such as `execute_reply` or `display_data`. */
  readonly type: string;
  /** The request that it answers. */
  readonly parentId: string | undefined;
  /** Fields by the type. */
  readonly content: Record<string, unknown>;
}

/** Makes the key with which requests are signed. */
export function importKey(key: string): Promise<CryptoKey> {
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  return crypto.subtle.importKey("raw", encoder.encode(key), algorithm, false, ["sign"]);
}

/** The frames of a signed request, version 5.3 of the protocol. */
export async function encodeRequest(
  key: CryptoKey,
  request: { id: string; type: string; content: unknown },
): Promise<Uint8Array[]> {
  const header = {
    msg_id: request.id,
    session: "relprop",
    username: "relprop",
    date: new Date().toISOString(),
    msg_type: request.type,
    version: "5.3",
  };
  const parts = [header, {}, {}, request.content].map((part) => encoder.encode(JSON.stringify(part)));
  const signature = new Uint8Array(await crypto.subtle.sign("HMAC", key, concatenate(parts)));
  return [encoder.encode(DELIMITER), encoder.encode(signature.toHex()), ...parts];
}

/** Reads the frames of a message; undefined when they are none. */
export function decodeMessage(frames: readonly Uint8Array[]): Message | undefined {
  const start = frames.findIndex((frame) => decoder.decode(frame) === DELIMITER);
  if (start < 0 || frames.length < start + 6) return undefined;
  // After the delimiter: signature, header, header of the request, metadata, content.
  const [header, parent, , content] = frames.slice(start + 2, start + 6)
    .map((frame) => JSON.parse(decoder.decode(frame)));
  return { type: header.msg_type, parentId: parent.msg_id, content };
}
