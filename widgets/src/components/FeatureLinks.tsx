/** A specification whose features have a button each, which shows the feature's lines. */

import type { ComponentChildren, JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { language, t } from "../i18n";
import { featuresOf } from "../model/features";
import type { Spec } from "../model/types";
import type { Session } from "../session/session";
import { tracesOf } from "../session/traces";

interface FeatureLinksProps {
  session: Session;
  spec: Spec;
  /** Its text, rendered. */
  children: ComponentChildren;
}

export function FeatureLinks({ session, spec, children }: FeatureLinksProps): JSX.Element {
  const traces = tracesOf(session);
  const chosen = traces.featureId.value;
  const box = useRef<HTMLDivElement>(null);
  // The text is the model's: its items are found by their words, and it stays as it is beside the buttons.
  useLayoutEffect(() => {
    const items = [...box.current!.querySelectorAll("li")];
    for (const { id, text } of featuresOf(spec)) {
      const item = items.find((one) => bare(one.textContent).startsWith(bare(text)));
      if (!item || item.querySelector(".af-feature-id")) continue;
      const button = Object.assign(document.createElement("button"), { type: "button", textContent: id });
      button.className = "af-feature-id";
      button.dataset["feature"] = id;
      item.prepend(button);
    }
  }, [spec]);
  useLayoutEffect(() => {
    for (const button of box.current!.querySelectorAll<HTMLElement>(".af-feature-id")) {
      const id = button.dataset["feature"]!;
      button.setAttribute("aria-pressed", String(id === chosen));
      button.title = t("trace.show", { id });
    }
  }, [spec, chosen, language.value]);
  return (
    <div
      ref={box}
      onClick={({ target }) => {
        const id = (target as HTMLElement).closest<HTMLElement>(".af-feature-id")?.dataset["feature"];
        if (id) traces.choose(id === chosen ? null : id);
      }}>
      {children}
    </div>
  );
}

/** As it is compared: Markdown's marks and the blanks around them are no words. */
function bare(text: string): string {
  return text.replace(/[\s*_`]/g, "");
}
