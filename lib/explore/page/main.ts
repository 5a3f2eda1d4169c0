import { themeOf } from "../../plot/color/theme.ts";
import type { ExplorePayload } from "../payload.ts";
import { networkSubject } from "./network_subject.ts";
import { sequenceSubject } from "./sequence_subject.ts";
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
  const subject = "network" in payload ? networkSubject(payload) : sequenceSubject(payload);
  mountWidget(host, subject, { settings: payload.settings, theme: themeOf(payload.theme) });
}

Object.assign(globalThis, { relpropExplore: mount });
