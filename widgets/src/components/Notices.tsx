/**
 * The notices: an error, a pause, silence, a lost connection. Each states the cause and offers one or two
 * actions.
 */

import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { now } from "../browser/clock";
import { errorText, sentences, t } from "../i18n";
import { hasFailed } from "../model/change";
import { artifactName } from "../model/phases";
import { asksFirst } from "../model/questions";
import type { ProjectStore } from "../model/store";
import type { Snapshot } from "../model/types";
import { enginesOf } from "../session/engines";
import { parentName } from "../session/nextChange";
import { RETRY_LIMIT, type Session, SILENCE_MS } from "../session/session";
import { Button } from "./Button";
import { Notice } from "./Notice";

export function Notices({ session }: { session: Session }): JSX.Element {
  const store = session.store.value;
  const failure = session.failure.value;
  // Old versions were removed to make room: the person is told in the run that did it.
  const pruned = store?.current.diagnostics.findLast(({ rule }) => rule === "pruned");
  return (
    <>
      {failure && (
        <Notice kind="bad" icon="alert" role="alert" title={errorText(failure.reason, failure.message)}>
          <Button
            onClick={() => {
              session.failure.value = null;
            }}>
            {t("action.dismiss")}
          </Button>
        </Notice>
      )}
      {store && <RunNotice session={session} store={store} />}
      {pruned && <Notice kind="plain" icon="alert" role="status" title={pruned.message} />}
    </>
  );
}

interface RunProps {
  session: Session;
  store: ProjectStore;
}

function RunNotice({ session, store }: RunProps): JSX.Element | null {
  const snapshot = store.current;
  const unreachable = store.error.value;
  if (unreachable) {
    return (
      <Notice kind="bad" icon="alert" role="alert" title={errorText(unreachable.reason, unreachable.message)}>
        <Button onClick={() => session.show("")}>{t("action.new")}</Button>
      </Notice>
    );
  }
  if (store.connection.value === "lost") {
    return <Notice kind="warn" icon="retry" role="status" title={t("conn.lost")} />;
  }
  if (hasFailed(snapshot)) return <ChangeFailed session={session} store={store} />;
  if (snapshot.status === "failed") return <Failed session={session} store={store} />;
  if (snapshot.status === "cancelled") {
    return (
      <Notice
        kind="plain"
        icon="stop"
        role="status"
        title={t("cancelled.title")}
        help={t("cancelled.help", { count: written(snapshot) })}>
        <Button onClick={() => session.composeAgain()}>{t("action.edit.prompt")}</Button>
      </Notice>
    );
  }
  if (asksFirst(snapshot)) return null;
  if (snapshot.status === "paused") {
    const paused = session.phases.find((info) => info.phase === snapshot.paused_after);
    const title = t("edit.ready", { name: paused ? artifactName(paused) : (snapshot.paused_after ?? "") });
    return (
      <Notice
        kind="warn"
        icon="pause"
        role="status"
        title={title}
        help={paused?.artifact ? t("edit.help") : ""}>
        {session.draft.value && (
          <Button
            onClick={() => {
              session.draft.value = null;
            }}>
            {t("action.undo")}
          </Button>
        )}
        <Button primary disabled={session.pending.value.has("resume")} onClick={() => session.resume()}>
          {t("action.continue")}
        </Button>
      </Notice>
    );
  }
  return <Silence session={session} store={store} />;
}

/** A change that ended without a result. It begins with what is safe, then says the cause. */
function ChangeFailed({ session, store }: RunProps): JSX.Element {
  const { current } = store;
  const version = parentName(session);
  const back = (
    <Button onClick={() => session.show(current.version?.parent_id ?? "")}>
      {t("change.back", { version })}
    </Button>
  );
  if (current.reason === "unchanged") {
    const text = errorText(current.reason, current.message);
    return (
      <Notice kind="warn" icon="same" role="alert" title={t("change.unchanged")} text={text} actions={back}>
        <Suggestions session={session} ideas={store.ideas.value} />
      </Notice>
    );
  }
  const stopped = current.status === "cancelled";
  const left = stopped ? 0 : RETRY_LIMIT - current.retry_count;
  return (
    <Notice
      kind={stopped ? "plain" : "bad"}
      icon={stopped ? "stop" : "alert"}
      role={stopped ? "status" : "alert"}
      title={t(stopped ? "change.stopped" : "change.failed", { version })}
      text={stopped ? "" : errorText(current.reason, current.message)}
      help={left > 0 ? t("retry.left", { count: left }) : stopped ? "" : t("retry.none")}>
      {back}
      <PickModel session={session} snapshot={current} />
      {left > 0 && (
        <Button
          primary={!lacksLesson(current)}
          icon="retry"
          disabled={session.pending.value.has("retry")}
          onClick={() => session.retry()}>
          {t("action.retry")}
        </Button>
      )}
    </Notice>
  );
}

const SUGGESTIONS = 2;

/** Sentences that would change something; a click puts one into the box below. */
function Suggestions({ session, ideas }: { session: Session; ideas: readonly string[] }): JSX.Element {
  return (
    <div class="af-ideas">
      {ideas.slice(0, SUGGESTIONS).map((idea) => (
        <button key={idea} type="button" class="af-chip" onClick={() => (session.next.value = idea)}>
          {idea}
        </button>
      ))}
    </div>
  );
}

function Failed({ session, store }: RunProps): JSX.Element {
  const snapshot = store.current;
  const left = RETRY_LIMIT - snapshot.retry_count;
  const count = written(snapshot);
  const mayRetry = left > 0;
  const modelAtFault = isModelAtFault(snapshot);
  const help = sentences(
    count > 0 ? t("failed.kept", { count }) : "",
    mayRetry ? t("retry.left", { count: left }) : t("retry.none"),
  );
  return (
    <Notice
      kind="bad"
      icon="alert"
      role="alert"
      title={t("failed.title")}
      text={errorText(snapshot.reason, snapshot.message)}
      help={help}>
      {modelAtFault && (
        <Button onClick={() => session.start({ engine: "lessons" })}>{t("action.lessons")}</Button>
      )}
      {!modelAtFault && <Button onClick={() => session.composeAgain()}>{t("action.edit.prompt")}</Button>}
      <PickModel session={session} snapshot={snapshot} />
      {mayRetry && (
        <Button
          primary={!lacksLesson(snapshot)}
          disabled={session.pending.value.has("retry")}
          onClick={() => session.retry()}>
          {t("action.retry")}
        </Button>
      )}
    </Notice>
  );
}

/** Leads to the panel of models where another one could answer. */
function PickModel({ session, snapshot }: { session: Session; snapshot: Snapshot }): JSX.Element | null {
  const lacks = lacksLesson(snapshot);
  if (!lacks && !isModelAtFault(snapshot)) return null;
  return (
    <Button primary={lacks} onClick={() => enginesOf(session).open()}>
      {t("action.model")}
    </Button>
  );
}

/** Whether it failed because no lesson is about it: then a model has to answer. */
function lacksLesson({ reason }: Snapshot): boolean {
  return reason === "no_lesson";
}

function isModelAtFault({ status, engine, reason }: Snapshot): boolean {
  return status === "failed" && engine !== "lessons" && !HARMLESS.has(reason ?? "");
}

/** Failures that a lesson would meet too. */
const HARMLESS: ReadonlySet<string> = new Set([
  "no_lesson",
  "invalid_input",
  "storage_failed",
  "interrupted",
]);

function Silence({ session, store }: { session: Session; store: ProjectStore }): JSX.Element | null {
  const running =
    ["processing", "pending", "retrying"].includes(store.current.status) &&
    store.connection.value !== "ended";
  const silent = running ? now.value - store.lastEventAt : 0;
  const [waited, setWaited] = useState(0);
  useEffect(() => setWaited(0), [store]);
  if (!running || silent < SILENCE_MS + waited) return null;
  const again = async (): Promise<void> => {
    await session.cancel();
    await session.start();
  };
  return (
    <Notice
      kind="warn"
      icon="clock"
      role="alert"
      title={t("silence.title", { seconds: Math.floor(silent / 1000) })}
      help={t("silence.help")}>
      <Button primary disabled={session.pending.value.size > 0} onClick={again}>
        {t("action.retry")}
      </Button>
    </Notice>
  );
}

function written(snapshot: Snapshot): number {
  return Object.values(snapshot.files).filter((file) => file.writes > 0).length;
}
