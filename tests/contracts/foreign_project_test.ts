import { assertEquals } from "@std/assert";
import { exportEntries } from "../support/project_files.ts";
import { projectRoot } from "../support/project_root.ts";

Deno.test("a project of its own, with default settings, can import every entry point and check its types", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const settings = {
      imports: { "@relprop/lrp": "jsr:@relprop/lrp@^0.1.0" },
      links: [projectRoot.pathname],
    };
    await Deno.writeTextFile(`${folder}/deno.json`, JSON.stringify(settings));
    const names = Object.keys(exportEntries()).map((entry) => entry.replace(/^\./, "@relprop/lrp"));
    const imports = names.map((name, i) => `import * as entry${i} from "${name}";\n`).join("");
    const list = names.map((_, i) => `entry${i}`).join(", ");
    await Deno.writeTextFile(`${folder}/main.ts`, `${imports}console.log([${list}].length);\n`);
    const { code, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["check", "main.ts"],
      cwd: folder,
      env: { NO_COLOR: "1" },
    }).output();
    assertEquals(code, 0, new TextDecoder().decode(stderr));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
