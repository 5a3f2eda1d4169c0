import { unpackModel, unpackTensor } from "../unpack_model.ts";
import type { ExplorePayload } from "../payload.ts";
import { mountWidget } from "./widget.ts";

/** How often and how long the page is searched for the element: front ends may run the script before it is there. */
const TRIES = 200;
const PAUSE_MS = 50;

/** Puts the widget of a payload into the element of a name, in place of the picture that is there. */
function mount(name: string, payload: ExplorePayload, tries = TRIES): void {
  const host = document.querySelector(`[data-relprop="${name}"]:not([data-live])`);
  if (host === null) {
    if (tries > 0) setTimeout(() => mount(name, payload, tries - 1), PAUSE_MS);
    return;
  }
  host.setAttribute("data-live", "");
  const model = unpackModel(payload.model);
  const values = payload.values === undefined ? undefined : unpackTensor(payload.values);
  mountWidget(host, { model, payload, ...values && { values } });
}

Object.assign(globalThis, { relpropExplore: mount });
