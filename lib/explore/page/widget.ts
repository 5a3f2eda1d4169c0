import type { Attribution } from "../../attribution/mod.ts";
import type { Theme } from "../../plot/color/theme.ts";
import { formatSigned } from "../../plot/text/format_number.ts";
import type { ExploreSettings } from "../payload.ts";
import { choice, slider, styleSheet, textField } from "./controls.ts";
import type { Subject, SubjectControl } from "./subject.ts";

/** What the element of a widget offers to scripts. */
export interface ExploreElement extends Element {
  /** The answer that is shown. */
  relprop?: Attribution;
}

/** With more classes than these, the others are counted. */
const MOST_CLASSES = 12;

const RULES = ["all", "half", "prop", "abs"] as const;

/** Puts controls and a picture into an element; each change explains anew, in the page. */
export function mountWidget(
  host: ExploreElement,
  subject: Subject,
  { settings: start, theme }: { settings: ExploreSettings; theme: Theme },
): void {
  let settings = start;
  let text = subject.text ?? "";
  host.replaceChildren();
  const root = host.shadowRoot ?? host.attachShadow({ mode: "open" });
  const style = document.createElement("style");
  style.textContent = styleSheet(theme);
  const controls = element("div", "controls");
  const [picture, scores, account, problem] = [
    element("div", "picture"),
    element("div", "scores"),
    element("div", "account"),
    element("div", "problem"),
  ];
  problem.setAttribute("role", "alert");

  let isWaiting = false;
  // A slider tells more places than can be explained: those that pile up meanwhile are answered by one.
  const updateSoon = (): void => {
    if (isWaiting) return;
    isWaiting = true;
    setTimeout(() => {
      isWaiting = false;
      update();
    });
  };
  const change = (changed: Partial<ExploreSettings>): void => {
    settings = { ...settings, ...changed };
    updateSoon();
  };
  const makers: Record<SubjectControl, () => HTMLElement> = {
    epsilon: () => {
      const scale = { low: -6, high: 1, step: 0.05, value: Math.log10(settings.epsilon) };
      const show = (value: number): string => (10 ** value).toPrecision(2);
      return slider("Epsilon", { ...scale, show }, (value) => change({ epsilon: 10 ** value }));
    },
    gamma: () => {
      const scale = { low: 0, high: 2, step: 0.05, value: settings.gamma };
      return slider("Gamma", { ...scale, show: (value) => value.toFixed(2) }, (gamma) => change({ gamma }));
    },
    biasFactor: () => {
      const scale = { low: 0, high: 1, step: 0.05, value: settings.biasFactor };
      return slider(
        "Bias factor",
        { ...scale, show: (value) => value.toFixed(2) },
        (biasFactor) => change({ biasFactor }),
      );
    },
    productRule: () =>
      choice(
        "Gates",
        RULES,
        RULES.indexOf(settings.productRule),
        (index) => change({ productRule: RULES[index]! }),
      ),
  };
  controls.append(
    choice(
      "Class",
      ["predicted", ...subject.labels],
      settings.target + 1,
      (index) => change({ target: index - 1 }),
    ),
    ...subject.controls.map((name) => makers[name]()),
  );
  const panel = element("div", "panel");
  if (subject.text !== undefined) {
    panel.append(textField("Sentence", text, (typed) => {
      text = typed;
      updateSoon();
    }));
  }
  panel.append(controls, problem, picture, scores, account);
  root.replaceChildren(style, panel);
  update();

  function update(): void {
    try {
      const attribution = subject.explain(settings, text);
      host.relprop = attribution;
      problem.textContent = "";
      picture.innerHTML = subject.draw(attribution);
      show(attribution);
    } catch (error) {
      problem.textContent = error instanceof Error ? error.message : String(error);
    }
  }

  function show({ scores: values, labels, ledger, target }: Attribution): void {
    const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
    const classes = shownClasses(values, target.class);
    scores.replaceChildren(...classes.map((k) => scoreBar(labels[k]!, values[k]!, values[k]! / largest)));
    if (classes.length < labels.length) {
      const others = element("div", "others");
      others.textContent = `and ${labels.length - classes.length} classes with lower scores`;
      scores.append(others);
    }
    if (ledger === undefined) return;
    const { received, input, rest, bias, stabilizer } = ledger;
    const parts = { input, rest, bias, stabilizer };
    const sum = Object.entries(parts).map(([name, amount]) => `${name} ${formatSigned(amount)}`).join(" + ");
    account.textContent = `score ${formatSigned(received)} = ${sum}`.replaceAll("+ -", "− ").replaceAll(
      " -",
      " −",
    );
  }
}

/** All classes in their order, or of many the highest, with the one that is explained. */
function shownClasses(scores: Float64Array, explained: number | undefined): number[] {
  const all = Array.from(scores, (_, k) => k);
  if (all.length <= MOST_CLASSES) return all;
  const highest = all.toSorted((a, b) => scores[b]! - scores[a]!).slice(0, MOST_CLASSES);
  if (explained !== undefined && !highest.includes(explained)) highest[MOST_CLASSES - 1] = explained;
  return highest;
}

function scoreBar(label: string, value: number, share: number): HTMLElement {
  const row = element("div", "score");
  const name = element("span", "name");
  const track = element("span", "track");
  const number = element("span", "number");
  name.textContent = name.title = label;
  number.textContent = formatSigned(value).replace("-", "−");
  const bar = element("span", value < 0 ? "bar negative" : "bar");
  bar.style.width = `${50 * Math.abs(share)}%`;
  bar.style.left = value < 0 ? `${50 - 50 * Math.abs(share)}%` : "50%";
  track.append(bar);
  row.append(name, track, number);
  return row;
}

function element(tag: "div" | "span", className: string): HTMLElement {
  const made = document.createElement(tag);
  made.className = className;
  return made;
}
