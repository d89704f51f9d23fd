/** A program's output, and the field for its input. */

import type { JSX } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { mayTakeFocus } from "../browser/focus";
import { t } from "../i18n";
import type { ProgramRun } from "../program/run";
import { OutputWriter } from "../terminal/writer";

export function Terminal({ run }: { run: ProgramRun }): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const blocks = useRef<HTMLDivElement>(null);
  const tail = useRef<HTMLSpanElement>(null);
  const writer = useRef<OutputWriter | null>(null);
  const stuck = useRef(true);
  const lastTop = useRef(0);
  const revision = run.revision.value;
  const wanted = run.inputWanted.value;

  useLayoutEffect(() => {
    writer.current = new OutputWriter(run.output, blocks.current!, tail.current!);
    stuck.current = true;
  }, [run]);
  useLayoutEffect(() => {
    writer.current?.update();
    const element = box.current;
    if (element && stuck.current) element.scrollTop = element.scrollHeight;
  }, [run, revision, wanted]);

  const quiet = run.output.isEmpty && !wanted;
  return (
    <div
      class="af-term"
      data-terminal
      role="log"
      aria-live="polite"
      aria-label={t("run.output")}
      tabIndex={0}
      ref={box}
      onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => {
        // Only a person scrolls up; new lines scroll by themselves and must not end the following.
        if (scrollHeight - scrollTop - clientHeight < 24) stuck.current = true;
        else if (scrollTop < lastTop.current) stuck.current = false;
        lastTop.current = scrollTop;
      }}>
      {quiet && <p class="af-term-note">{t(quietText(run))}</p>}
      {run.output.isCut && <p class="af-term-note">… {t("run.cut")}</p>}
      <div ref={blocks} />
      <span class="af-term-tail" ref={tail} />
      {wanted && <Answer run={run} />}
    </div>
  );
}

function quietText(run: ProgramRun): "run.starting" | "run.silent" | "run.nothing" {
  if (run.state.value === "starting") return "run.starting";
  return run.isAlive ? "run.silent" : "run.nothing";
}

/** The field for the line that the program waits for. */
function Answer({ run }: { run: ProgramRun }): JSX.Element {
  const field = useRef<HTMLInputElement>(null);
  const [recalled, setRecalled] = useState(0);
  const history = run.answers;
  useLayoutEffect(() => {
    const element = field.current!;
    if (mayTakeFocus(element)) element.focus({ preventScroll: true });
  }, []);

  const send = (): void => {
    const text = field.current!.value;
    if (text && history.at(-1) !== text) history.push(text);
    // The field is removed; the focus stays in the terminal, for the next one.
    field.current!.closest<HTMLElement>("[data-terminal]")?.focus({ preventScroll: true });
    run.answer(text);
  };
  const recall = (step: number): void => {
    const next = Math.min(history.length, Math.max(0, recalled + step));
    setRecalled(next);
    field.current!.value = next === 0 ? "" : history[history.length - next]!;
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === "Enter") send();
    else if (event.key === "ArrowUp") recall(1);
    else if (event.key === "ArrowDown") recall(-1);
    else if (event.key === "d" && event.ctrlKey)
      run.endInput(); // as in a terminal
    else return;
    event.preventDefault();
  };
  return (
    <input
      class="af-answer"
      ref={field}
      type="text"
      autocomplete="off"
      autocapitalize="off"
      spellcheck={false}
      enterkeyhint="send"
      aria-label={t("terminal.input")}
      onKeyDown={onKeyDown}
      onPaste={(event) => {
        const lines = (event.clipboardData?.getData("text/plain") ?? "").split(/\r?\n/);
        if (lines.length < 2) return;
        // Each pasted line is an answer; the last one waits for Enter.
        event.preventDefault();
        const element = field.current!;
        const first = element.value + lines[0];
        element.value = lines.at(-1)!;
        run.answer([first, ...lines.slice(1, -1)].join("\n"));
      }}
    />
  );
}
