/** What a program prints, and the box in which it is answered. */

import type { JSX } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Line, Output } from "../terminal/output";
import type { ProgramRun } from "../program/run";
import { t } from "../i18n";

export function Terminal({ run }: { run: ProgramRun }): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const blocks = useRef<HTMLDivElement>(null);
  const tail = useRef<HTMLSpanElement>(null);
  const writer = useRef<Writer | null>(null);
  const stuck = useRef(true);
  const lastTop = useRef(0);
  const revision = run.revision.value;
  const wanted = run.inputWanted.value;

  useLayoutEffect(() => {
    writer.current = new Writer(run.output, blocks.current!, tail.current!);
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
        if (scrollHeight - scrollTop - clientHeight < 24) stuck.current = true;
        else if (scrollTop < lastTop.current) stuck.current = false;
        lastTop.current = scrollTop;
      }}
    >
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

const asked = new WeakMap<ProgramRun, string[]>();

/** The line that the program waits for. */
function Answer({ run }: { run: ProgramRun }): JSX.Element {
  const field = useRef<HTMLInputElement>(null);
  const [recalled, setRecalled] = useState(0);
  const history = asked.get(run) ?? [];
  asked.set(run, history);
  useLayoutEffect(() => {
    const element = field.current!;
    if (mayTakeFocus(element)) element.focus({ preventScroll: true });
  }, []);

  const send = (): void => {
    const text = field.current!.value;
    if (text && history.at(-1) !== text) history.push(text);
    // The field goes; the focus stays near, for the next one.
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
    else if (event.key === "d" && event.ctrlKey) run.endInput();
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
        // Several lines are several answers; the last one waits for its Enter.
        event.preventDefault();
        const element = field.current!;
        const first = element.value + lines[0];
        element.value = lines.at(-1)!;
        run.answer([first, ...lines.slice(1, -1)].join("\n"));
      }}
    />
  );
}

/** Nobody is pulled away from what he is doing elsewhere. */
export function mayTakeFocus(element: HTMLElement): boolean {
  const root = element.getRootNode() as Document | ShadowRoot;
  const active = root.activeElement;
  // A notebook takes the focus for the whole cell when what had it goes away.
  if (!active || active.contains(element)) return true;
  return element.closest("[data-aiflow-workbench]")?.contains(active) === true;
}

/** So many lines are one block: what is out of sight is not laid out, and what is too old leaves by the block. */
const BLOCK_LINES = 100;

/** Appends what is new to the document, by hand: no diff of a long text, ever. */
class Writer {
  private next = 0;
  private epoch: number;
  /** Complete lines in the tail, which become a block together. */
  private tailLines = 0;
  private openNode = document.createElement("span");
  private readonly ends: number[] = [];

  constructor(
    private readonly output: Output,
    private readonly blocks: HTMLElement,
    private readonly tail: HTMLElement,
  ) {
    this.epoch = output.epoch;
    this.reset();
  }

  update(): void {
    const { output } = this;
    if (this.epoch !== output.epoch) this.reset();
    if (this.next < output.first) this.skip();
    while (this.next < output.end) {
      const line = output.lines[this.next - output.first]!;
      this.openNode.before(...nodesOf(line), "\n");
      this.next++;
      this.tailLines++;
      if (this.tailLines >= BLOCK_LINES && line.length > 0) this.closeBlock();
    }
    this.openNode.replaceChildren(...nodesOf(output.open));
    while (this.ends.length > 0 && this.ends[0]! <= output.first) {
      this.ends.shift();
      this.blocks.firstElementChild?.remove();
    }
  }

  private reset(): void {
    this.epoch = this.output.epoch;
    this.next = this.output.first;
    this.tailLines = 0;
    this.ends.length = 0;
    this.blocks.replaceChildren();
    this.tail.replaceChildren(this.openNode);
  }

  /** Lines have come and gone between two looks; what is in the tail is as old. */
  private skip(): void {
    this.next = this.output.first;
    this.tailLines = 0;
    this.tail.replaceChildren(this.openNode);
  }

  private closeBlock(): void {
    const block = document.createElement("div");
    this.openNode.previousSibling?.remove(); // the end of a block is the end of its last line
    while (this.tail.firstChild && this.tail.firstChild !== this.openNode) block.append(this.tail.firstChild);
    this.blocks.append(block);
    this.ends.push(this.next);
    this.tailLines = 0;
  }
}

function nodesOf(line: Line): Node[] {
  return line.map(({ text, stream, style }) => {
    const classes = [stream === "stdout" ? "" : `af-t-${stream}`, style.classes].filter(Boolean).join(" ");
    if (!classes && !style.css) return document.createTextNode(text);
    const span = document.createElement("span");
    span.textContent = text;
    if (classes) span.className = classes;
    if (style.css) span.style.cssText = style.css;
    return span;
  });
}
