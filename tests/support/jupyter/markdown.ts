/** A part of a Markdown text that stands on its own. */
const BLOCKS: readonly [pattern: RegExp, toHtml: (match: RegExpMatchArray) => string][] = [
  [/^```(\w*)\n([\s\S]*?)^```\n?/m, ([, , code]) => `<pre><code>${escapeHtml(code!)}</code></pre>`],
  [/^(#{1,6}) +(.*)\n?/, ([, marks, text]) => `<h${marks!.length}>${inline(text!)}</h${marks!.length}>`],
  [/^---+ *\n?/, () => "<hr>"],
  [/^\|.*\n\|[ :|-]+\n(?:\|.*\n?)*/, ([table]) => tableToHtml(table)],
  [/^(?:[-*] .*\n?(?: {2}.*\n?)*)+/, ([list]) => `<ul>${itemsToHtml(list, /^[-*] /m)}</ul>`],
  [/^(?:\d+\. .*\n?(?: {2}.*\n?)*)+/, ([list]) => `<ol>${itemsToHtml(list, /^\d+\. /m)}</ol>`],
  [
    /^(?:> ?.*\n?)+/,
    ([quote]) => `<blockquote>${markdownToHtml(quote.replaceAll(/^> ?/gm, ""))}</blockquote>`,
  ],
  [
    /^(?:(?!```|#{1,6} |[-*] |\d+\. |\||> |\n).*(?:\n|$))+/,
    ([paragraph]) => `<p>${inline(paragraph.trimEnd())}</p>`,
  ],
  [/^.*(?:\n|$)/, ([line]) => line.trim() ? `<p>${inline(line)}</p>` : ""],
];

/** Text in which no character has a meaning to HTML. */
export function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll(
    '"',
    "&quot;",
  );
}

/**
 * Turns the Markdown of our notebooks into HTML: headings, paragraphs, lists, tables, quotes, code, emphasis,
 * links and images. HTML in the text is shown as it is written.
 */
export function markdownToHtml(markdown: string): string {
  const html: string[] = [];
  let rest = markdown.replaceAll("\r", "");
  while (rest !== "") {
    for (const [pattern, toHtml] of BLOCKS) {
      const match = rest.match(pattern);
      if (match?.index !== 0 || match[0] === "") continue;
      html.push(toHtml(match));
      rest = rest.slice(match[0].length);
      break;
    }
  }
  return html.filter((block) => block !== "").join("\n");
}

function inline(text: string): string {
  // Code first, so that nothing inside it is read as anything else.
  return text.split(/(`[^`]+`)/).map((part) =>
    part.startsWith("`") && part.length > 1
      ? `<code>${escapeHtml(part.slice(1, -1))}</code>`
      : escapeHtml(part)
        .replaceAll(/!\[([^\]]*)\]\(([^)\s]+)\)/g, '<img alt="$1" src="$2">')
        .replaceAll(/\[([^\]]+)\]\(([^)\s]+)\)/g, '<a href="$2">$1</a>')
        .replaceAll(/\*\*([^*]+)\*\*/g, "<strong>$1</strong>")
        .replaceAll(/(?<![\w*])[*_](?! )([^*_]+)[*_](?!\w)/g, "<em>$1</em>")
  ).join("");
}

function itemsToHtml(list: string, marker: RegExp): string {
  return list.split(marker).slice(1).map((item) => `<li>${inline(item.trim())}</li>`).join("");
}

function tableToHtml(table: string): string {
  const [head, , ...rows] = table.trimEnd().split("\n").map((line) =>
    line.trim().replaceAll(/^\||\|$/g, "").split("|").map((cell) => inline(cell.trim()))
  );
  const row = (cells: string[], tag: string): string =>
    `<tr>${cells.map((cell) => `<${tag}>${cell}</${tag}>`).join("")}</tr>`;
  return `<table>${row(head!, "th")}${rows.map((cells) => row(cells, "td")).join("")}</table>`;
}
