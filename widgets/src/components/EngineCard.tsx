/** One source of answers in the panel of models: what it is, the result of its check, and its buttons. */

import type { ComponentChildren, JSX } from "preact";
import { useId, useRef } from "preact/hooks";
import { errorText, language, t } from "../i18n";
import type { EngineChoice, EngineKind } from "../model/engines";
import { isApiError } from "../model/errors";
import { type CheckState, enginesOf } from "../session/engines";
import type { Session } from "../session/session";
import { Button } from "./Button";
import { Icon } from "./Icon";

interface CardProps {
  session: Session;
  kind: EngineKind;
  title: string;
  /** The next run uses one of this card. */
  isCurrent: boolean;
  /** What the buttons send; without it there is nothing to use or to check. */
  choice?: (() => EngineChoice) | undefined;
  /** Absent where what is shown is in use already. */
  canUse?: boolean | undefined;
  canCheck?: boolean;
  onChosen?(): void;
  children: ComponentChildren;
  /** Below the result of the check. */
  notes?: ComponentChildren;
  /** Further buttons. */
  actions?: ComponentChildren;
}

export function EngineCard(props: CardProps): JSX.Element {
  const { session, kind, title, isCurrent, choice, canUse, canCheck = true, children, actions } = props;
  const engines = enginesOf(session);
  const id = useId();
  const state = engines.checks.value.get(kind);
  const isGood = state ? works(state) : null;
  const card = useRef<HTMLElement>(null);
  const use = async (): Promise<void> => {
    if (!choice || !(await engines.choose(choice()))) return;
    props.onChosen?.();
    // The button is gone where its model is in use now; the focus stays in the card.
    requestAnimationFrame(() => card.current?.querySelector<HTMLElement>("button:enabled")?.focus());
  };
  return (
    <section
      ref={card}
      class="af-engine"
      data-engine={kind}
      aria-labelledby={id}
      aria-current={isCurrent || undefined}>
      <h5 id={id}>
        {title}
        {isCurrent && <span class="af-tag af-on">{t("engines.current")}</span>}
      </h5>
      {children}
      {state !== undefined && <Result state={state} />}
      {props.notes}
      {!engines.list.value?.locked && (
        <div class="af-engine-actions">
          {choice && canUse !== undefined && (
            <Button
              class="af-small"
              primary={isGood === true}
              disabled={!canUse || engines.isChoosing.value || isGood === false}
              onClick={use}>
              {t("engines.use")}
            </Button>
          )}
          {choice && (
            <Button
              class="af-small"
              disabled={!canCheck || state === null}
              onClick={() => engines.check(kind, choice())}>
              {t("engines.check")}
            </Button>
          )}
          {actions}
        </div>
      )}
    </section>
  );
}

/** Whether it works, in one sentence; the state is null while that is being found out. */
function Result({ state }: { state: CheckState }): JSX.Element {
  if (!state) {
    return (
      <p class="af-result" role="status" aria-busy="true">
        {t("engines.checking")}
      </p>
    );
  }
  const isGood = works(state);
  return (
    <p class={isGood ? "af-result af-ok" : "af-result af-bad"} role={isGood ? "status" : "alert"}>
      <Icon name={isGood ? "check" : "cross"} />
      <span>
        {isGood && language.value === "en" ? t("engines.works") : errorText(state.reason, state.message)}
      </span>
    </p>
  );
}

function works(state: NonNullable<CheckState>): boolean {
  return !isApiError(state) && state.ok;
}
