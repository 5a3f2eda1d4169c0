const TOKEN = /[a-z0-9']+|[^\sa-z0-9']/gu;

/** Lower-case words of letters a to z, digits and apostrophes; every other character that is no space is a token of its own. */
export function tokenizeUtterance(text: string): string[] {
  return text.toLowerCase().match(TOKEN) ?? [];
}
