/** The whole workbench. */

import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import { keepShortcutsAway } from "../browser/focus";
import { language, setLanguage, t } from "../i18n";
import { asksFirst } from "../model/questions";
import { prepareNext, takesNext } from "../session/nextChange";
import type { Session } from "../session/session";
import { versionsOf } from "../session/versions";
import { AskBar } from "./AskBar";
import { Body } from "./Body";
import { Tool } from "./Tool";
import { Compare } from "./Compare";
import { Empty } from "./Empty";
import { Footer } from "./Footer";
import { NextBar } from "./NextBar";
import { Origin } from "./Origin";
import { ImportNotice } from "./ImportNotice";
import { ModelPanel } from "./ModelPanel";
import { Notices } from "./Notices";
import { Phases } from "./Phases";
import { Projects } from "./Projects";
import { Questions } from "./Questions";
import { VersionNotice } from "./VersionNotice";
import { VersionPanel } from "./VersionPanel";
import { VersionStrip } from "./VersionStrip";

export function Workbench({ session, id }: { session: Session; id: string }): JSX.Element {
  const root = useRef<HTMLElement>(null);
  const store = session.store.value;
  const pair = session.projectList.comparing.value;
  const versions = versionsOf(session);
  const unfolded = versions.isOpen.value;
  const status = store ? store.current.status : "idle";
  const asks = store !== null && asksFirst(store.current);
  session.onRest = (rested) => void prepareNext(session, rested);
  session.focusPrompt = () => root.current?.querySelector<HTMLTextAreaElement>(".af-ask textarea")?.focus();
  return (
    <section
      ref={root}
      class="af-workbench"
      lang={language.value === "zh" ? "zh-CN" : "en"}
      aria-label={t("app.name")}
      data-aiflow-workbench
      data-project-id={store?.projectId ?? ""}
      data-status={status}
      data-version={store?.current.version?.version ?? (store ? 1 : undefined)}
      data-connection={store?.connection.value ?? "none"}
      data-transport={session.transport.kind}
      data-lm-suppress-shortcuts="true"
      onFocusIn={keepShortcutsAway}
      data-jp-suppress-context-menu>
      <div class="af-head">
        <AskBar session={session} />
        <Tools session={session} />
      </div>
      <p class="af-sr" role="status" aria-live="polite">
        {t(asks ? "status.answers" : `status.${status}`)}
      </p>
      {session.drawer.value && <Projects session={session} />}
      <ModelPanel session={session} />
      {unfolded ? (
        <VersionPanel session={session} />
      ) : (
        <>
          <VersionStrip session={session} />
          <Phases session={session} />
          <VersionNotice session={session} />
          <ImportNotice session={session} />
          <Notices session={session} />
          {pair && (
            <Compare
              session={session}
              pair={pair}
              onChange={(next) => session.projectList.compare(next)}
              onClose={() => session.projectList.compare(null)}
            />
          )}
          {store && !pair && (asks ? <Questions session={session} /> : <Body session={session} id={id} />)}
          {!store && !pair && <Empty session={session} />}
          <Footer session={session} />
          {takesNext(session) && !pair && <NextBar session={session} />}
        </>
      )}
    </section>
  );
}

function Tools({ session }: { session: Session }): JSX.Element {
  return (
    <div class="af-head-tools">
      <Origin session={session} />
      <Tool
        icon="list"
        class="af-open-projects"
        label={t("action.projects")}
        expanded={session.drawer.value}
        onClick={() => (session.drawer.value = !session.drawer.value)}
      />
      <button
        type="button"
        class="af-tool af-lang"
        aria-label={t("action.language.label")}
        title={t("action.language.label")}
        onClick={() => setLanguage(language.value === "zh" ? "en" : "zh")}>
        {t("action.language")}
      </button>
    </div>
  );
}
