import { assertEquals, assertStringIncludes } from "@std/assert";
import { markdownToHtml } from "./markdown.ts";
import type { Notebook } from "./notebook.ts";
import { notebookToHtml } from "./notebook_to_html.ts";

const CASES: Record<string, [markdown: string, html: string]> = {
  "a heading and a paragraph": [
    "## The rule\n\nFirst line\nsecond line\n",
    "<h2>The rule</h2>\n<p>First line\nsecond line</p>",
  ],
  "emphasis, code and links": [
    "**all** of *it* in `a_b < *c*`, see [here](https://example.org/a_b)",
    '<p><strong>all</strong> of <em>it</em> in <code>a_b &lt; *c*</code>, see <a href="https://example.org/a_b">here</a></p>',
  ],
  "signs that mean something to HTML": [`1 < 2 & "x"`, "<p>1 &lt; 2 &amp; &quot;x&quot;</p>"],
  "names with underscores and products": [
    "snake_case_name and 2 * 3 * 4",
    "<p>snake_case_name and 2 * 3 * 4</p>",
  ],
  "lists": [
    "Before:\n- one\n- two\n  more\n\n1. first\n2. second",
    "<p>Before:</p>\n<ul><li>one</li><li>two\n  more</li></ul>\n<ol><li>first</li><li>second</li></ol>",
  ],
  "a table": [
    "| a | b |\n| --- | ---: |\n| 1 | `x` |\n",
    "<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td><code>x</code></td></tr></table>",
  ],
  "a block of code": [
    "```ts\nconst a = 1 < 2;\n# no heading\n```\n",
    "<pre><code>const a = 1 &lt; 2;\n# no heading\n</code></pre>",
  ],
  "a quote": ["> # Title\n> text\n", "<blockquote><h1>Title</h1>\n<p>text</p></blockquote>"],
  "a lone mark at the end": ["text\n-", "<p>text\n-</p>"],
};

for (const [name, [markdown, html]] of Object.entries(CASES)) {
  Deno.test(`markdownToHtml() writes ${name}`, () => assertEquals(markdownToHtml(markdown), html));
}

Deno.test("notebookToHtml() shows sources and each kind of output", () => {
  const display = (data: Record<string, unknown>) =>
    ({ output_type: "display_data", data, metadata: {} }) as const;
  const notebook: Notebook = {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: {},
    cells: [
      { cell_type: "markdown", metadata: {}, source: ["# Title\n", "text"] },
      {
        cell_type: "code",
        metadata: {},
        source: "1 < 2",
        outputs: [
          { output_type: "stream", name: "stdout", text: ["\x1b[31mred\x1b[0m\n", "<plain>\n"] },
          display({ "text/html": ["<b>bold</b>"], "text/plain": "bold" }),
          display({ "image/png": "AAAA", "text/plain": "png" }),
          display({ "text/plain": "42" }),
          {
            output_type: "error",
            ename: "RangeError",
            evalue: "Cannot go on",
            traceback: ["at <anonymous>"],
          },
        ],
      },
    ],
  };
  const html = notebookToHtml(notebook, { title: "a & b" });
  for (
    const part of [
      "<title>a &amp; b</title>",
      "<h1>Title</h1>\n<p>text</p>",
      '<pre class="code">1 &lt; 2</pre>',
      '<pre class="output">red\n&lt;plain&gt;\n</pre>',
      '<div class="output"><b>bold</b></div>',
      'src="data:image/png;base64,AAAA"',
      '<pre class="output">42</pre>',
      '<pre class="output error">RangeError: Cannot go on\nat &lt;anonymous&gt;</pre>',
    ]
  ) assertStringIncludes(html, part);
});
