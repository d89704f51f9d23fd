/** Whether runs ask before they start: a person's choice for all workbenches, stored in the browser. */

import { signal } from "@preact/signals";
import type { Ask } from "../model/entities";
import { readSetting, writeSetting } from "../storage/webStorage";

type Choice = "never" | "yes";

/** Null until the person decides: the configuration decides until then. */
const choice = signal<Choice | null>(readChoice());

function readChoice(): Choice | null {
  const found = readSetting("ask", "");
  return found === "never" || found === "yes" ? found : null;
}

export const askSetting = {
  /** Whether the person has decided: from then on there is a switch. */
  get isChosen(): boolean {
    return choice.value !== null;
  },

  /** Return what a request says, where the configuration says `configured`. */
  over(configured: Ask): Ask {
    if (choice.value === "never") return "never";
    return choice.value === "yes" && configured === "never" ? "auto" : configured;
  },

  set(asks: boolean): void {
    choice.value = asks ? "yes" : "never";
    writeSetting("ask", choice.value);
  },
};
