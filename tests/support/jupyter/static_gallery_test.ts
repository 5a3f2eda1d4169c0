import { assertEquals, assertStringIncludes } from "@std/assert";
import type { Notebook } from "./notebook.ts";
import { staticGallery } from "./static_gallery.ts";

const notebook: Notebook = {
  cells: [
    { cell_type: "markdown", source: ["# A <title>\n", "\n", "**Why?** Because."], metadata: {} },
    {
      cell_type: "code",
      source: "show()",
      metadata: {},
      outputs: [{
        output_type: "display_data",
        data: { "text/html": ['<img alt="x" src="data:image/png;base64,AA==">', "<script>1</script>"] },
        metadata: {},
      }],
    },
  ],
  metadata: {},
  nbformat: 4,
  nbformat_minor: 5,
};

Deno.test("staticGallery() makes a page per notebook, and an index with their titles and pictures", () => {
  const pages = staticGallery([{ name: "01_one", notebook, milliseconds: 1234 }]);
  assertEquals([...pages.keys()], ["01_one.html", "index.html"]);
  const index = pages.get("index.html")!;
  assertStringIncludes(index, '<a href="01_one.html">A &lt;title&gt;</a>');
  assertStringIncludes(index, "<strong>Why?</strong> Because.");
  assertStringIncludes(index, '<img alt="" src="data:image/png;base64,AA==">');
  assertStringIncludes(index, "ran in 1.2 s");
  assertEquals(/<script|(src|href)="https?:/.test(index), false);
});
