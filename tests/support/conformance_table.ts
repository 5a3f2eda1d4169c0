/**
 * The table of operators that `lib/io/onnx/CONFORMANCE.md` shows, made by running the node tests of the onnx package:
 *
 *     deno run --allow-read --allow-write tests/support/conformance_table.ts && deno fmt lib/io/onnx/CONFORMANCE.md
 */
import nodeTests from "../fixtures/onnx/node_tests.json" with { type: "json" };
import { type NodeTestResult, runNodeTest } from "../io/onnx/support/run_node_test.ts";

/** Where the table stands. */
export const CONFORMANCE_FILE: URL = new URL("../../lib/io/onnx/CONFORMANCE.md", import.meta.url);

type Counts = Record<NodeTestResult["verdict"], number> & { reasons: Map<string, number> };

/** What came of the tests of each operator. */
export function conformance(): ReadonlyMap<string, Counts> {
  const table = new Map<string, Counts>();
  for (const test of nodeTests.cases) {
    const { verdict, reason } = runNodeTest(test);
    const none = { passed: 0, "first output": 0, refused: 0, reasons: new Map<string, number>() };
    const counts = table.get(test.operator) ?? none;
    counts[verdict]++;
    if (reason !== "") {
      const short = reason.replace(/^Cannot import node .*?\): /, "").replace(/, got .*/, "");
      counts.reasons.set(short, (counts.reasons.get(short) ?? 0) + 1);
    }
    table.set(test.operator, counts);
  }
  return new Map([...table].sort(([a], [b]) => a < b ? -1 : 1));
}

/** The file. */
export function conformanceText(): string {
  const table = conformance();
  const sum = (verdict: NodeTestResult["verdict"]): number =>
    [...table.values()].reduce((total, counts) => total + counts[verdict], 0);
  const [passed, first, refused] = (["passed", "first output", "refused"] as const).map(sum);
  return [
    "# Operators against the node tests of the onnx package",
    "",
    `Forward, of ${nodeTests.cases.length} tests of onnx ${nodeTests.version} for the operators that are covered: ` +
    `${passed} pass with all their outputs, ${first} with their first output (a second one, such as the variance of a ` +
    `normalization, is refused), ${refused} are refused by an error that names node, operator, operator set and reason; ` +
    "none gives wrong numbers. Made by `tests/support/conformance_table.ts` from what the code does.",
    "",
    "| operator | pass | first output | refused | why (tests) |",
    "| --- | --- | --- | --- | --- |",
    ...[...table].map(([operator, counts]) => {
      const reasons = [...counts.reasons].map(([reason, count]) => `${reason} (${count})`);
      return `| ${operator} | ${counts.passed} | ${counts["first output"]} | ${counts.refused} | ${
        reasons.join("; ").replaceAll("|", "\\|")
      } |`;
    }),
    "",
  ].join("\n");
}

if (import.meta.main) await Deno.writeTextFile(CONFORMANCE_FILE, conformanceText());
