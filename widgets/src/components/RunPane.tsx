/** The running program: its terminal or picture, how it ended, and the next actions. */

import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { errorText, t } from "../i18n";
import { specOf } from "../model/phases";
import { type Programs, programsOf } from "../program/programs";
import type { ProgramRun } from "../program/run";
import type { Session } from "../session/session";
import { CopyButton } from "./CopyButton";
import { Explanation } from "./Explanation";
import { Button } from "./Button";
import { Figures } from "./Figures";
import { FoldButton } from "./FoldButton";
import { Player } from "./Player";
import { Terminal } from "./Terminal";

export function RunPane({ session }: { session: Session }): JSX.Element {
  const programs = programsOf(session);
  const run = programs.current.value;
  if (!run) {
    return (
      <div class="af-run">
        <p class="af-quiet">{t("run.empty")}</p>
        <div class="af-runbar">
          <Arguments programs={programs} />
        </div>
      </div>
    );
  }
  const error = run.ended.value?.traceback;
  return (
    <div class="af-run" data-mode={run.mode} data-run-state={run.state.value}>
      <div class="af-run-body" data-explained={error ? "" : undefined}>
        <div class="af-run-shown">
          {run.mode === "play" ? (
            <Game session={session} run={run} />
          ) : (
            <Terminal key={run.number} run={run} />
          )}
          <Figures key={`figures-${run.number}`} run={run} />
        </div>
        {error && <Explanation error={error} onShow={(path, line) => programs.show(path, line)} />}
      </div>
      <Bar programs={programs} run={run} />
    </div>
  );
}

function Game({ session, run }: { session: Session; run: ProgramRun }): JSX.Element {
  const [chosen, setChosen] = useState<boolean | null>(null);
  const store = session.store.value;
  const title = store ? (specOf(store.current)?.title ?? "") : "";
  run.revision.value;
  // The output of a game is folded, except when the game waits for input or failed.
  const open = chosen ?? (run.inputWanted.value || Boolean(run.ended.value?.traceback));
  return (
    <div class="af-game">
      <Player key={run.number} run={run} title={title} />
      {(!run.output.isEmpty || run.inputWanted.value) && (
        <div class="af-console" data-open={open ? "" : undefined}>
          <FoldButton open={open} label={t("play.console")} onClick={() => setChosen(!open)} />
          <div class="af-console-body" hidden={!open}>
            <Terminal key={run.number} run={run} />
          </div>
        </div>
      )}
    </div>
  );
}

function Bar({ programs, run }: { programs: Programs; run: ProgramRun }): JSX.Element {
  const refused = run.state.value === "refused";
  run.revision.value;
  return (
    <div class="af-runbar">
      <p class="af-run-state" role={refused ? "alert" : "status"} data-kind={kindOf(run)}>
        <i class="af-run-dot" aria-hidden="true" />
        {stateText(run)}
      </p>
      {run.inputWanted.value && (
        <button type="button" class="af-key" title={t("run.eof.hint")} onClick={() => run.endInput()}>
          {t("run.eof")} <kbd>Ctrl-D</kbd>
        </button>
      )}
      {/* Arguments count when a program starts; during a run the field would promise too much. */}
      {!run.isAlive && <Arguments programs={programs} />}
      {!run.output.isEmpty && <CopyButton text={() => run.output.text()} />}
      {!run.isAlive && (
        <Button icon="retry" disabled={!programs.canRun.value} onClick={() => programs.start(run.mode)}>
          {t(run.mode === "play" ? "play.again" : "run.again")}
        </Button>
      )}
    </div>
  );
}

function kindOf(run: ProgramRun): "alive" | "ok" | "bad" | "plain" {
  if (run.isAlive) return "alive";
  const ended = run.ended.value;
  if (run.state.value === "refused") return "bad";
  if (!ended || ended.reason === "stopped") return "plain";
  return ended.reason === "exit" && ended.exit_code === 0 ? "ok" : "bad";
}

function stateText(run: ProgramRun): string {
  const refusal = run.refusal.value;
  if (run.state.value === "refused")
    return refusal ? errorText(refusal.reason, refusal.message) : t("run.refused");
  if (run.state.value === "starting") return t("run.starting");
  if (run.state.value === "lost") return t("run.lost");
  if (run.isAlive) return t(run.inputWanted.value ? "run.waiting" : "run.running");
  const ended = run.ended.value;
  if (!ended) return t("run.end.lost");
  if (ended.reason === "stopped") return t("run.end.stopped");
  if (ended.reason === "exit" && ended.exit_code === 0) return t("run.end.ok");
  if (ended.reason === "exit") return t("run.end.code", { code: ended.exit_code ?? "?" });
  return ended.message || t("run.end.code", { code: ended.exit_code ?? "?" });
}

function Arguments({ programs }: { programs: Programs }): JSX.Element {
  const [open, setOpen] = useState(programs.args.value !== "");
  return (
    <span class="af-args">
      <FoldButton open={open} label={t("run.args")} onClick={() => setOpen(!open)} />
      {open && (
        <input
          type="text"
          value={programs.args.value}
          spellcheck={false}
          autocomplete="off"
          aria-label={t("run.args.label")}
          placeholder={t("run.args.hint")}
          onInput={(event) => {
            programs.args.value = event.currentTarget.value;
          }}
        />
      )}
    </span>
  );
}

/** Run and Play, or Stop while a program runs; a sentence where programs cannot run. */
export function RunButtons({ session }: { session: Session }): JSX.Element | null {
  const programs = programsOf(session);
  const run = programs.current.value;
  if (run?.isAlive)
    return (
      <Button class="af-stop" icon="stop" onClick={() => programs.stop()}>
        {t("action.stop")}
      </Button>
    );
  if (programs.isElsewhere.value)
    return (
      <span class="af-elsewhere" title={t("run.elsewhere")}>
        {t("run.elsewhere")}
      </span>
    );
  const ready = programs.canRun.value;
  const hint = t(ready ? "run.hint" : "run.hint.busy");
  // One button is filled: once the next sentence is begun, it is the one that sends it.
  const isNext = session.next.value.trim() === "";
  const play = t("play.hint");
  return (
    <>
      <Button
        icon="terminal"
        primary={isNext && ready && !programs.canPlay.value}
        disabled={!ready}
        title={hint}
        description={hint}
        onClick={() => programs.start("run")}>
        {t("action.run")}
      </Button>
      {programs.canPlay.value && (
        <Button
          icon="play"
          primary={isNext}
          title={play}
          description={play}
          onClick={() => programs.start("play")}>
          {t("action.play")}
        </Button>
      )}
    </>
  );
}
