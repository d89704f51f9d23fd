/** The versions of the program, one card each; a click opens one. Absent while there is one version only. */

import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { t, type TextKey } from "../i18n";
import { type Rail, railsOf, type Version } from "../model/versions";
import { lineSum } from "../model/change";
import { countTests } from "../model/tests";
import type { TestCounts } from "../model/types";
import type { Session } from "../session/session";
import { versionsOf } from "../session/versions";
import { Icon, type IconName } from "./Icon";
import { LineCount } from "./LineCount";
import { RailLines } from "./RailLines";
import { Thumbnail } from "./Thumbnail";

export function VersionStrip({ session }: { session: Session }): JSX.Element | null {
  const versions = versionsOf(session);
  const list = versions.list.value;
  const shownId = session.store.value?.projectId;
  const strip = useRef<HTMLOListElement>(null);
  useEffect(() => {
    const shown = strip.current?.querySelector<HTMLElement>("[aria-current]");
    // Not `scrollIntoView`, which scrolls the notebook too.
    if (shown && strip.current) strip.current.scrollLeft = shown.offsetLeft - strip.current.offsetLeft - 40;
  }, [shownId, list.length]);
  if (list.length < 2) return null;
  const rails = railsOf(list);
  return (
    <section class="af-strip" aria-label={t("versions.title")}>
      <ol ref={strip}>
        {list.map((version, index) => (
          <Card key={version.project_id} session={session} version={version} rail={rails[index]!} />
        ))}
      </ol>
      <button
        type="button"
        class="af-btn af-small af-unfold"
        aria-label={t("versions.title")}
        aria-expanded={versions.isOpen.value}
        title={t("versions.hint")}
        onClick={() => versions.unfold(!versions.isOpen.value)}>
        <Icon name="branch" />
        <span>{t("versions.title")}</span>
      </button>
    </section>
  );
}

interface CardProps {
  session: Session;
  version: Version;
  rail: Rail;
}

function Card({ session, version, rail }: CardProps): JSX.Element {
  const status = useStatus(session, version);
  const shown = session.store.value?.projectId === version.project_id;
  const name = `v${version.version}`;
  const sentence = version.label || version.request || t(`versions.cause.${version.cause}`);
  return (
    <li data-version={version.version} aria-current={shown ? "true" : undefined} data-status={status}>
      <RailLines class="af-rail" rail={rail} />
      <button
        type="button"
        class="af-version"
        title={version.request}
        onClick={() => versionsOf(session).open(version.project_id)}>
        <Thumbnail
          session={session}
          projectId={version.project_id}
          name={name}
          has={version.thumbnail && status !== "generating"}>
          <Icon name={ICONS[status] ?? "terminal"} />
        </Thumbnail>
        <span class="af-version-text">
          <span class="af-say">
            <b>{name}</b>
            <span class="af-name">{sentence}</span>
          </span>
          <Facts session={session} version={version} />
        </span>
      </button>
    </li>
  );
}

const ICONS: Record<string, IconName> = {
  generating: "pen",
  paused: "pause",
  failed: "cross",
  cancelled: "stop",
  unchanged: "equal",
};

/** The state of a version: of the shown one as its events say, which the list learns of later. */
function useStatus(session: Session, version: Version): string {
  const store = session.store.value;
  const live = store?.projectId === version.project_id ? store.current : null;
  if (live?.reason === "unchanged") return "unchanged";
  const status = live && live.seq > 0 ? live.status : (version.request_status ?? version.status);
  return ["pending", "processing", "retrying"].includes(status) ? "generating" : status;
}

interface FactsProps {
  session: Session;
  version: Version;
}

/** What a version changed, how it ended where that was not well, and its tests. */
export function Facts({ session, version }: FactsProps): JSX.Element {
  const status = useStatus(session, version);
  const store = session.store.value;
  const live = store?.projectId === version.project_id ? Object.values(store.current.changes) : [];
  const changes = live.length > 0 ? live : version.changes;
  const tests = testsOfVersion(session, version);
  return (
    <span class="af-meta">
      {status !== "completed" && <em>{t(`versions.status.${status}` as TextKey)}</em>}
      {changes.length > 0 ? (
        <LineCount {...lineSum(changes)} />
      ) : (
        version.cause !== "change" && <span>{t("projects.files", { count: version.file_count })}</span>
      )}
      {tests && <span>{t("versions.tests", { passed: tests.passed, all: tests.total })}</span>}
    </span>
  );
}

/** Of the shown version as its events say: they come after the end too, when its tests run again. */
function testsOfVersion(session: Session, version: Version): TestCounts | null {
  const store = session.store.value;
  const live = store?.projectId === version.project_id ? countTests(store.current.tests) : null;
  return live && live.total > 0 ? live : version.tests;
}
