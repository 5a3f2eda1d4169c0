/**
 * Text made safe for HTML and SVG, in content and in quoted attributes.
 *
 * Characters that XML forbids would leave a blank picture: control characters become the pictures that Unicode has for
 * them (`␛`), halves of surrogate pairs the replacement character.
 */
export function escapeMarkup(text: string): string {
  return visible(text).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** Text without control characters: they could break a picture, or drive a terminal. */
export function visible(text: string): string {
  return text.toWellFormed()
    // deno-lint-ignore no-control-regex
    .replace(/[\u0000-\u001f]/g, (character) => String.fromCharCode(0x2400 + character.charCodeAt(0)))
    .replace(/[\u007f-\u009f\ufffe\uffff]/g, "\ufffd")
    .replace(/[\u202a-\u202e\u2066-\u2069]/g, "\ufffd");
}

/** A value as JSON that can stand inside a `<script>` element. */
export function scriptJSON(value: unknown): string {
  return JSON.stringify(value).replaceAll("<", "\\u003c").replaceAll("\u2028", "\\u2028").replaceAll(
    "\u2029",
    "\\u2029",
  );
}

/** The base64 form of bytes, or of the UTF-8 bytes of a text. */
export function base64(content: string | Uint8Array): string {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  let binary = "";
  for (let from = 0; from < bytes.length; from += 32768) {
    binary += String.fromCharCode(...bytes.subarray(from, from + 32768));
  }
  return btoa(binary);
}

/** A short name that depends on the content only, so that a notebook that is run again does not change. */
export function hash(text: string): string {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return (value >>> 0).toString(16).padStart(8, "0");
}
