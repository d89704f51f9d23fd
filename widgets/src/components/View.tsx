/** The middle column: a tab for each artifact, for a file and for the running program. */

import type { ComponentChildren, JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { t } from "../i18n";
import { isFinal, tailText } from "../model/fold";
import { artifactName, artifactPhases, artifactTitle, isSpec, type PhaseInfo } from "../model/phases";
import type { ProjectStore } from "../model/store";
import { programsOf } from "../program/programs";
import type { Session, Tab } from "../session/session";
import { ArtifactEditor } from "./ArtifactEditor";
import { Examples } from "./Empty";
import { FeatureBar } from "./FeatureBar";
import { FeatureLinks } from "./FeatureLinks";
import { FileView } from "./FileView";
import { Markdown } from "./Markdown";
import { Revise } from "./Revise";
import { RunPane } from "./RunPane";

export function View({ session, id }: { session: Session; id: string }): JSX.Element {
  const store = session.store.value;
  const snapshot = store?.current;
  const path = session.path.value;
  const tabs: { tab: Tab; title: string; live: boolean }[] = artifactPhases(session.phases).map((info) => ({
    tab: info.phase,
    title: artifactTitle(info),
    live: snapshot?.phases[info.phase]?.status === "active",
  }));
  if (path !== null) {
    tabs.push({ tab: "file", title: path.slice(path.lastIndexOf("/") + 1), live: snapshot?.typing === path });
  }
  const programs = programsOf(session);
  const program = programs.current.value;
  if (program || programs.canRun.value)
    tabs.push({ tab: "run", title: t("tab.run"), live: program?.isAlive ?? false });
  const current = session.tab.value;
  const onKeyDown = (event: KeyboardEvent): void => {
    const at = tabs.findIndex(({ tab }) => (event.target as Element).id === `${id}-tab-${tab}`);
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (!step) return;
    event.preventDefault();
    const next = tabs[(at + step + tabs.length) % tabs.length]!;
    session.openTab(next.tab);
    document.getElementById(`${id}-tab-${next.tab}`)?.focus();
  };
  return (
    <section class="af-view">
      <div class="af-tabs" role="tablist" aria-label={t("view.tabs")} onKeyDown={onKeyDown}>
        {tabs.map(({ tab, title, live }) => (
          <button
            key={tab}
            type="button"
            role="tab"
            id={`${id}-tab-${tab}`}
            aria-selected={tab === current}
            aria-controls={`${id}-panel`}
            tabIndex={tab === current ? 0 : -1}
            title={tab === "file" ? (path ?? "") : undefined}
            onClick={() => session.openTab(tab)}>
            <span class="af-name">{title}</span>
            {live && <i class="af-dot" aria-hidden="true" />}
          </button>
        ))}
      </div>
      {store && current !== "run" && <FeatureBar session={session} />}
      <div
        class="af-panel"
        role="tabpanel"
        id={`${id}-panel`}
        aria-labelledby={`${id}-tab-${current}`}
        tabIndex={-1}>
        <Panel session={session} />
      </div>
    </section>
  );
}

function Panel({ session }: { session: Session }): JSX.Element {
  const store = session.store.value;
  const path = session.path.value;
  if (session.tab.value === "run") return <RunPane session={session} />;
  if (store && session.tab.value === "file" && path !== null) {
    return <FileView key={store.projectId} session={session} store={store} path={path} />;
  }
  const shown = artifactPhases(session.phases).find((info) => info.phase === session.tab.value);
  if (!store || !shown) return <p class="af-quiet">{t("view.file.waiting")}</p>;
  return <ArtifactView session={session} store={store} info={shown} />;
}

interface ArtifactProps {
  session: Session;
  store: ProjectStore;
  info: PhaseInfo;
}

/**
 * A phase's artifact: as it is typed, as it is, or in an editor: while the run waits for it, and after the
 * end.
 */
function ArtifactView({ session, store, info }: ArtifactProps): JSX.Element {
  const snapshot = store.current;
  const artifact = snapshot.artifacts[info.phase];
  const phase = snapshot.phases[info.phase];
  const waiting = t("view.artifact.waiting", { name: artifactName(info) });
  const awaited = snapshot.status === "paused" && snapshot.paused_after === info.phase;
  if (artifact && awaited) return <ArtifactEditor session={session} artifact={artifact} />;
  if (artifact) {
    const sheet = (
      <Sheet live={false}>
        {isSpec(artifact) && isFinal(snapshot.status) ? (
          <FeatureLinks session={session} spec={artifact}>
            <Markdown text={artifact.markdown} />
          </FeatureLinks>
        ) : (
          <Markdown text={artifact.markdown} />
        )}
      </Sheet>
    );
    return isFinal(snapshot.status) ? (
      <Revise session={session} artifact={artifact}>
        {sheet}
      </Revise>
    ) : (
      sheet
    );
  }
  const text = phase ? tailText(phase.content) : "";
  if (!text && snapshot.status === "failed") return <Examples session={session} />;
  if (!text) return <p class="af-quiet">{waiting}</p>;
  return (
    <Sheet live={phase?.status === "active"} size={text.length}>
      <Markdown text={text} />
    </Sheet>
  );
}

/** A page of text whose end stays visible while it grows, unless the person scrolled up. */
function Sheet({
  live,
  size,
  children,
}: {
  live: boolean;
  size?: number;
  children: ComponentChildren;
}): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const stuck = useRef(true);
  useLayoutEffect(() => {
    if (live && stuck.current && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [live, size]);
  return (
    <div
      class="af-sheet"
      ref={box}
      tabIndex={0}
      onScroll={(event) => {
        const { scrollHeight, scrollTop, clientHeight } = event.currentTarget;
        stuck.current = scrollHeight - scrollTop - clientHeight < 48;
      }}>
      {children}
    </div>
  );
}
