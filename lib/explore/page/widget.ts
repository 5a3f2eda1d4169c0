import type { Attribution } from "../../attribution/mod.ts";
import { explain } from "../../attribution/explain.ts";
import { lrp } from "../../attribution/lrp.ts";
import { themeOf } from "../../plot/color/theme.ts";
import { formatSigned } from "../../plot/text/format_number.ts";
import { wordHeatmap } from "../../plot/word_heatmap.ts";
import type { RecurrentClassifier, SequenceInput } from "../../recurrent/mod.ts";
import type { Tensor } from "../../tensor/mod.ts";
import type { ExplorePayload, ExploreSettings } from "../payload.ts";
import { choice, slider, styleSheet, textField } from "./controls.ts";

/** What the element of a widget offers to scripts. */
export interface ExploreElement extends Element {
  /** The answer that is shown. */
  relprop?: Attribution;
}

const RULES = ["all", "half", "prop", "abs"] as const;

/** Puts controls and a heat map into an element; each change explains anew, in the page. */
export function mountWidget(
  host: ExploreElement,
  { model, payload, values }: { model: RecurrentClassifier; payload: ExplorePayload; values?: Tensor },
): void {
  const theme = themeOf(payload.theme);
  let settings: ExploreSettings = payload.settings;
  let text = payload.tokens.join(" ");
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

  const change = (changed: Partial<ExploreSettings>): void => {
    settings = { ...settings, ...changed };
    update();
  };
  controls.append(
    choice(
      "Class",
      ["predicted", ...model.labels],
      settings.target + 1,
      (index) => change({ target: index - 1 }),
    ),
    slider("Epsilon", {
      low: -6,
      high: 1,
      step: 0.05,
      value: Math.log10(settings.epsilon),
      show: (v) => (10 ** v).toPrecision(2),
    }, (v) => change({ epsilon: 10 ** v })),
    slider("Bias factor", {
      low: 0,
      high: 1,
      step: 0.05,
      value: settings.biasFactor,
      show: (v) => v.toFixed(2),
    }, (v) => change({ biasFactor: v })),
    choice(
      "Gates",
      RULES,
      RULES.indexOf(settings.productRule),
      (index) => change({ productRule: RULES[index]! }),
    ),
  );
  const sentence = textField("Sentence", text, (typed) => {
    text = typed;
    update();
  });
  const panel = element("div", "panel");
  panel.append(...values === undefined ? [sentence] : [], controls, problem, picture, scores, account);
  root.replaceChildren(style, panel);
  update();

  function update(): void {
    try {
      const input: SequenceInput = values === undefined ? text : { values, tokens: payload.tokens };
      const { epsilon, biasFactor, productRule } = settings;
      const attribution = explain(model, input, {
        method: lrp({ epsilon, biasFactor, productRule }),
        target: settings.target < 0 ? "predicted" : settings.target,
      });
      host.relprop = attribution;
      problem.textContent = "";
      show(attribution);
      host.dispatchEvent(new CustomEvent("relprop:update", { detail: attribution }));
    } catch (error) {
      problem.textContent = error instanceof Error ? error.message : String(error);
    }
  }

  function show({ tokens, tokenRelevance, scores: values, labels, target, ledger }: Attribution): void {
    const map = wordHeatmap(tokens, tokenRelevance, {
      title: `What speaks for ${target.name}`,
      theme: payload.theme,
      width: 676,
    });
    picture.innerHTML = map.svg;
    const largest = Math.max(...values.map(Math.abs)) || 1;
    scores.replaceChildren(...labels.map((label, k) => scoreBar(label, values[k]!, values[k]! / largest)));
    if (ledger === undefined) return;
    const { received, input, rest, bias, stabilizer } = ledger;
    const parts = { words: input, "initial states": rest, bias, stabilizer };
    account.textContent = `score ${formatSigned(received)} = ` +
      Object.entries(parts).map(([name, amount]) => `${name} ${formatSigned(amount)}`).join(" + ").replaceAll(
        "+ -",
        "- ",
      );
  }
}

function scoreBar(label: string, value: number, share: number): HTMLElement {
  const row = element("div", "score");
  const name = element("span", "name");
  const track = element("span", "track");
  const number = element("span", "number");
  name.textContent = label;
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
