/** The model's thinking and text as they arrive, appended so that the text being read does not move. */

import type { JSX } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { errorText, t } from "../i18n";
import { isChange } from "../model/change";
import { isFinal, tailText } from "../model/fold";
import { phaseTitle } from "../model/phases";
import type { ProjectStore } from "../model/store";
import type { PhaseSnapshot } from "../model/types";
import { callText } from "../session/promptText";
import type { Session } from "../session/session";
import { Tool } from "./Tool";
import { Requirements } from "./Why";
import { Call, useCalls } from "./Call";
import { CopyButton } from "./CopyButton";
import { Fold } from "./Fold";
import { Splitter } from "./Splitter";
import { Steps } from "./Steps";
import { Tail } from "./Tail";

export function Log({ session }: { session: Session }): JSX.Element {
  const store = session.store.value;
  const name = session.shownPhase;
  const info = session.phases.find((one) => one.phase === name);
  const phase = store?.current.phases[name];
  const box = useRef<HTMLDivElement>(null);
  const [stuck, setStuck] = useState(true);
  const tick = store?.tick.value;
  useLayoutEffect(() => {
    if (!stuck) return;
    // After everything else that this tick draws, so that one layout is enough.
    queueMicrotask(() => {
      if (box.current) box.current.scrollTop = box.current.scrollHeight;
    });
  }, [tick, stuck, name]);

  const follows = stuck && session.following.value;
  const toggleFollowing = (): void => {
    setStuck(!follows);
    if (follows) session.following.value = false;
    else session.follow();
  };
  const started = phase !== undefined && phase.status !== "pending";
  const { calls, failure } = useCalls(session, store, name);
  return (
    <aside class="af-side">
      {/* Beside the text, or (in a narrow page) below it: the stylesheet shows the one that fits. */}
      <Splitter panel="side" edge="left" />
      <Splitter panel="log" edge="top" />
      <header class="af-cap">
        <h4>{started ? t("log.of", { phase: info ? phaseTitle(info) : name }) : t("log.title")}</h4>
        {session.showsRecord.value && (
          <button type="button" class="af-quietly" onClick={() => (session.showsRecord.value = false)}>
            {t("why.back")}
          </button>
        )}
        {started && (
          <span class="af-tools">
            <CopyButton text={() => (calls.length ? calls.map(callText).join("\n\n") : recordText(phase))} />
            <Tool icon="down" label={t("action.follow")} pressed={follows} onClick={toggleFollowing} />
          </span>
        )}
      </header>
      <div
        class="af-log"
        role="log"
        data-shown={name}
        aria-live="off"
        aria-label={t("log.title")}
        tabIndex={0}
        ref={box}
        onWheel={(event) => {
          if (event.deltaY < 0) setStuck(false);
        }}
        onScroll={(event) => {
          // Following the end scrolls too; measuring then would cost each frame a second layout.
          if (stuck) return;
          const { scrollHeight, scrollTop, clientHeight } = event.currentTarget;
          if (scrollHeight - scrollTop - clientHeight < 4) setStuck(true);
        }}>
        {failure && (
          <p class="af-quiet" role="alert">
            {errorText(failure.reason, failure.message)}
          </p>
        )}
        {!started && <p class="af-quiet">{t("log.empty")}</p>}
        {started && calls.length === 0 && <Record key={name} session={session} store={store!} name={name} />}
        {calls.map((call, index) => (
          <Call key={`${name} ${index}`} call={call} number={index + 1} count={calls.length} />
        ))}
      </div>
    </aside>
  );
}

interface RecordProps {
  session: Session;
  store: ProjectStore;
  name: string;
}

function Record({ session, store, name }: RecordProps): JSX.Element {
  const { current, story } = store;
  const phase = current.phases[name]!;
  const active = phase.status === "active";
  const hasText = phase.content.chunks.length > 0;
  const { thinking } = phase;
  const steps = story.of(name);
  // What is not a document is code, which the editor shows.
  const writesFiles = session.phases.find(({ phase }) => phase === name)?.artifact === null;
  return (
    <>
      {isChange(current) && !isFinal(current.status) && <Requirements session={session} />}
      {/* Thinking is folded when the phase ends, unless the person opened it. */}
      {thinking.chunks.length > 0 && (
        <Fold title={t("log.thinking")} name="thinking" initiallyOpen={active || !hasText}>
          <Tail tail={thinking} revision={thinking.chunks.length} />
        </Fold>
      )}
      {thinking.chunks.length === 0 && !active && <p class="af-quiet">{t("log.noThinking")}</p>}
      {writesFiles && <Steps session={session} store={store} steps={steps} />}
      {hasText && !writesFiles && (
        <div class="af-said">
          <h5>{t("log.text")}</h5>
          <Tail tail={phase.content} revision={phase.content.chunks.length} />
        </div>
      )}
    </>
  );
}

function recordText(phase: PhaseSnapshot): string {
  return [tailText(phase.thinking), tailText(phase.content)].filter(Boolean).join("\n\n");
}
