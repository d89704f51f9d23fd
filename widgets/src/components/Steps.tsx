/** What an answer says and does: prose, and a line for each file, which opens it. The editor has the code. */

import type { JSX } from "preact";
import { t } from "../i18n";
import { isChange } from "../model/change";
import type { Step } from "../model/story";
import type { ProjectStore } from "../model/store";
import type { Session } from "../session/session";
import { Icon } from "./Icon";
import { LineCount } from "./LineCount";

interface StepsProps {
  session: Session;
  store: ProjectStore;
  steps: readonly Step[];
}

export function Steps({ session, store, steps }: StepsProps): JSX.Element {
  const { changes, files, typing } = store.current;
  const inChange = isChange(store.current);
  return (
    <div class="af-steps">
      {steps.map((step, index) => {
        if (step.kind === "prose") return step.text.trim() && <p key={index}>{step.text.trim()}</p>;
        const { path } = step;
        const live = typing === path && !step.done;
        const change = changes[path];
        // What is typed in a change replaces something: how much came is known when it is applied.
        const typed = inChange ? 0 : step.lines;
        const lines = { added: change?.lines_added ?? typed, removed: change?.lines_removed ?? 0 };
        return (
          <button
            key={index}
            type="button"
            class="af-wrote"
            data-path={path}
            data-live={live ? "" : undefined}
            title={t(live ? "steps.writing" : "steps.open", { path })}
            disabled={!live && !(path in files)}
            onClick={() => session.openTab("file", path)}>
            <Icon name={step.done ? "check" : "pen"} />
            <span class="af-name">{path}</span>
            <LineCount {...lines} />
          </button>
        );
      })}
    </div>
  );
}
