import { assertEquals } from "@std/assert";
import type { Notebook, StoredOutput } from "./notebook.ts";
import { outputDifference } from "./output_difference.ts";

const notebook = (...outputs: StoredOutput[]): Notebook => ({
  nbformat: 4,
  nbformat_minor: 5,
  metadata: {},
  cells: [{ cell_type: "code", metadata: {}, source: "f()", outputs }],
});

const stream = (text: string): Notebook => notebook({ output_type: "stream", name: "stdout", text: [text] });

const picture = (y: number[], plain = "Bars. a +1, b +2."): Notebook =>
  notebook({
    output_type: "display_data",
    metadata: {},
    data: {
      "text/plain": plain,
      "text/html": `<i id="relprop-${y.length}"></i>`,
      "application/vnd.plotly.v1+json": { data: [{ y }], layout: { width: 500 } },
    },
  });

const CASES: Record<string, [fresh: Notebook, stored: Notebook, difference: string | undefined]> = {
  "a fifth digit": [stream("gap 1.23456"), stream("gap 1.23460"), undefined],
  "a third digit": [
    stream("gap 1.23"),
    stream("gap 1.24"),
    'code cell 1: 1.23 instead of 1.24, number 1 of "gap #"',
  ],
  "a sign": [stream("a -2"), stream("a +2"), 'code cell 1: -2 instead of 2, number 1 of "a #"'],
  "an exponent": [stream("1e-3"), stream("1e-4"), 'code cell 1: 0.001 instead of 0.0001, number 1 of "#"'],
  "what is left of a sum": [stream("gap -5.3e-15"), stream("gap 8.8e-16"), undefined],
  "the width of a column": [stream("a   1\n---  ---"), stream("a 1\n-----  ---"), undefined],
  "times and rates": [stream("5 words · 146/s · 0.1 s"), stream("5 words · 99/s · 3 s"), undefined],
  "a number beside a time": [
    stream("5 words, 1 s"),
    stream("6 words, 2 s"),
    'code cell 1: 5 instead of 6, number 1 of "# words, time s"',
  ],
  "steps, which are no time": [
    stream("3 steps"),
    stream("4 steps"),
    'code cell 1: 3 instead of 4, number 1 of "# steps"',
  ],
  "a word": [stream("agrees"), stream("differs"), 'code cell 1: "agrees" instead of "differs"'],
  "an output": [
    notebook(),
    stream("1"),
    "code cell 1: 0 outputs instead of 1",
  ],
  "the same picture": [picture([1, 2]), picture([1, 2.0001]), undefined],
  "a bar": [
    picture([1, 2]),
    picture([1, 3]),
    'code cell 1: 2 instead of 3, number 2 of "numbers of the picture"',
  ],
  "one bar more": [
    picture([1, 2]),
    picture([1]),
    'code cell 1: 2 numbers instead of 1 in "numbers of the picture"',
  ],
  "what stands for a picture": [
    picture([1], "Bars. a +1."),
    picture([1], "Bars. a +7."),
    'code cell 1: 1 instead of 7, number 1 of "Bars. a #."',
  ],
};

for (const [name, [fresh, stored, difference]] of Object.entries(CASES)) {
  Deno.test(`outputDifference() looks at ${name}`, () => {
    assertEquals(outputDifference(fresh, stored), difference);
  });
}
