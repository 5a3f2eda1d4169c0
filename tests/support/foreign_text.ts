/** What belongs to one machine, one network or the way the project is worked on, and so into no file of it. */
const FOREIGN: readonly RegExp[] = [
  /(?<![\w.@~*)}/-])\/{1,3}(?:home|root|tmp|work|Users|mnt|opt)\/\w[\w./-]*/g,
  /\b[A-Z]:\\Users\b/g,
  /\b(?:jsr\.io|npm\.jsr\.io|registry\.(?:npmjs|yarnpkg)\.(?:org|com)|pypi\.org|files\.pythonhosted\.org)\b/g,
  /\b(?:issues?|pull request|closes|fixes|resolves)\s+#\d+/gi,
];

/** Data in base64 may hold anything by chance. */
const BASE64 = /base64,[A-Za-z0-9+/=\\n]+/g;

/** The pieces of a text that name a machine, a registry host or a work item. */
export function findForeignText(text: string): string[] {
  const plain = text.replaceAll(BASE64, "base64,");
  return FOREIGN.flatMap((pattern) => [...plain.matchAll(pattern)].map((match) => match[0]));
}
