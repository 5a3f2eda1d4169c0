import { FONT, type Theme } from "../../plot/color/theme.ts";

/** The look of the widget; it lives in a shadow root, so that it and the page leave each other alone. */
export function styleSheet(theme: Theme): string {
  return `.panel{box-sizing:border-box;width:700px;padding:12px;border:1px solid ${theme.grid};border-radius:6px;` +
    `background:${theme.background};color:${theme.text};font:13px/1.4 ${FONT}}` +
    `.controls{display:flex;flex-wrap:wrap;gap:8px 20px;align-items:end;margin-top:8px}` +
    `label{display:block;color:${theme.muted};font-size:12px}` +
    `input[type=text],select{box-sizing:border-box;display:block;font:inherit;font-size:14px;padding:3px 6px;` +
    `color:${theme.text};background:${theme.background};border:1px solid ${theme.muted};border-radius:4px}` +
    `input[type=text]{width:100%}input[type=range]{display:block;width:150px;accent-color:${theme.positive}}` +
    `.value{color:${theme.text};margin-left:4px}.problem{color:${theme.positive};min-height:1.4em}` +
    `.score{display:flex;align-items:center;gap:8px;font-size:12px;line-height:17px}.name{flex:0 0 170px;text-align:right;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}` +
    `.others{margin:2px 0 0 178px;font-size:12px;color:${theme.muted}}select{max-width:240px}` +
    `.track{position:relative;flex:0 0 320px;height:11px;border-left:0;background:linear-gradient(90deg,transparent ` +
    `calc(50% - .5px),${theme.muted} 0,${theme.muted} calc(50% + .5px),transparent 0)}` +
    `.bar{position:absolute;top:0;bottom:0;background:${theme.positive}}.bar.negative{background:${theme.negative}}` +
    `.account{margin-top:8px;color:${theme.muted};font-size:12px}svg{display:block;max-width:100%}`;
}

/** A field for a line of text. */
export function textField(name: string, value: string, onChange: (value: string) => void): HTMLElement {
  const input = document.createElement("input");
  Object.assign(input, { type: "text", value, spellcheck: false });
  input.addEventListener("input", () => onChange(input.value));
  // A notebook takes keys for its own commands.
  input.addEventListener("keydown", (event) => event.stopPropagation());
  return labelled(name, input);
}

/** A slider with its number. */
export function slider(
  name: string,
  { low, high, step, value, show }: {
    low: number;
    high: number;
    step: number;
    value: number;
    show: (value: number) => string;
  },
  onChange: (value: number) => void,
): HTMLElement {
  const input = document.createElement("input");
  Object.assign(input, { type: "range", min: `${low}`, max: `${high}`, step: `${step}`, value: `${value}` });
  const output = document.createElement("span");
  output.className = "value";
  output.textContent = show(value);
  input.addEventListener("input", () => {
    output.textContent = show(input.valueAsNumber);
    onChange(input.valueAsNumber);
  });
  input.addEventListener("keydown", (event) => event.stopPropagation());
  const element = labelled(name, input);
  element.insertBefore(output, input);
  return element;
}

/** One of several names. */
export function choice(
  name: string,
  names: readonly string[],
  chosen: number,
  onChange: (index: number) => void,
): HTMLElement {
  const select = document.createElement("select");
  select.append(...names.map((text, i) => new Option(text, `${i}`, i === chosen, i === chosen)));
  select.addEventListener("change", () => onChange(select.selectedIndex));
  select.addEventListener("keydown", (event) => event.stopPropagation());
  return labelled(name, select);
}

function labelled(name: string, control: HTMLElement): HTMLElement {
  const label = document.createElement("label");
  label.append(name, control);
  return label;
}
