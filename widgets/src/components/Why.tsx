/** What a finished change did and why: its reason, the changed requirements, what no longer works. */

import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { t } from "../i18n";
import { reasonOf, type Requirement, requirementChanges } from "../model/change";
import { isSpec, specOf } from "../model/phases";
import { isApiError } from "../model/errors";
import type { Spec } from "../model/types";
import type { Session } from "../session/session";
import { Icon } from "./Icon";
import { Inline } from "./Inline";
import { WhyTests } from "./WhyTests";

export function Why({ session }: { session: Session }): JSX.Element {
  const { current } = session.store.value!;
  const reason = reasonOf(current);
  const deleted = Object.values(current.changes).filter(({ kind }) => kind === "deleted");
  const regressions = current.diagnostics.filter(({ rule }) => rule === "regression");
  return (
    <aside class="af-side af-why">
      <header class="af-cap">
        <h4>{t("why.title")}</h4>
      </header>
      <div class="af-log" tabIndex={0} role="region" aria-label={t("why.title")}>
        {reason && (
          <p class="af-reason">
            <Inline text={reason} />
          </p>
        )}
        <Requirements session={session} />
        {deleted.length > 0 && (
          <section>
            <h5>{t("why.deleted")}</h5>
            {deleted.map(({ path }) => (
              <p key={path}>{path}</p>
            ))}
          </section>
        )}
        <WhyTests session={session} />
        {regressions.length > 0 && (
          <section class="af-regressions" role="alert">
            <h5>{t("why.regressions")}</h5>
            {regressions.map(({ message }, index) => (
              <p key={index}>{message}</p>
            ))}
          </section>
        )}
        <p>
          <button type="button" class="af-quietly" onClick={() => (session.showsRecord.value = true)}>
            {t("why.record")}
            <Icon name="chevron" />
          </button>
        </p>
      </div>
    </aside>
  );
}

const TITLES = { new: "why.new", changed: "why.changed", removed: "why.removed" } as const;

/** The requirements that the change adds, changes and removes. */
export function Requirements({ session }: { session: Session }): JSX.Element | null {
  const { current } = session.store.value!;
  const spec = specOf(current);
  const before = useSpecBefore(session, (spec?.changes?.removed?.length ?? 0) > 0);
  const items: Requirement[] = requirementChanges(spec, before);
  if (items.length === 0) return null;
  return (
    <section>
      <h5>{t("why.requirements")}</h5>
      <ul class="af-reqs">
        {items.map(({ id, mark, text }) => (
          <li key={id} data-mark={mark}>
            <span class="af-tag">{t(TITLES[mark])}</span>
            <Inline text={text} />
          </li>
        ))}
      </ul>
    </section>
  );
}

/** The parent's specification: it alone knows the text of a removed requirement. Null until it is there. */
function useSpecBefore(session: Session, needed: boolean): Spec | null {
  const parent = session.store.value?.current.version?.parent_id ?? "";
  const [found, setFound] = useState<{ of: string; spec: Spec | null }>({ of: "", spec: null });
  useEffect(() => {
    if (!needed || !parent || found.of === parent) return;
    let gone = false;
    session.transport.request(parent).then(
      ({ spec }) => {
        if (!gone) setFound({ of: parent, spec: isSpec(spec ?? undefined) ? spec! : null });
      },
      (error: unknown) => {
        // A deleted parent: the ids are shown instead of the texts.
        if (!isApiError(error)) throw error;
      },
    );
    return () => {
      gone = true;
    };
  }, [session, parent, needed]);
  return found.of === parent ? found.spec : null;
}
