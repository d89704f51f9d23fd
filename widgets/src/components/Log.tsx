/** What the model thinks and says, as it comes: appended piece by piece, so nothing that is being read moves. */

import type { JSX } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { tailText } from "../state/fold";
import type { Session } from "../state/session";
import type { ProjectStore } from "../state/store";
import type { PhaseSnapshot, PhaseType, TextTail } from "../types";
import { t } from "../i18n";
import { Icon } from "./icons";

export function Log({ session }: { session: Session }): JSX.Element {
  const store = session.store.value;
  const name = session.shownPhase;
  const phase = store?.current.phases[name];
  const box = useRef<HTMLDivElement>(null);
  const [stuck, setStuck] = useState(true);
  const tick = store?.tick.value;
  useLayoutEffect(() => {
    const element = box.current;
    if (element && stuck) element.scrollTop = element.scrollHeight;
  }, [tick, stuck, name]);

  const started = phase !== undefined && phase.status !== "pending";
  return (
    <aside class="af-side">
      <header class="af-cap">
        <h4>{started ? t("log.of", { phase: t(`phase.${name}`) }) : t("log.title")}</h4>
        {started && (
          <span class="af-tools">
            <CopyButton text={() => recordText(phase)} />
            <button
              type="button"
              class="af-tool"
              aria-pressed={stuck && session.following.value}
              aria-label={t("action.follow")}
              title={t("action.follow")}
              onClick={() => {
                const on = !(stuck && session.following.value);
                setStuck(on);
                if (on) session.follow();
                else session.following.value = false;
              }}
            >
              <Icon name="down" />
            </button>
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
          const { scrollHeight, scrollTop, clientHeight } = event.currentTarget;
          if (scrollHeight - scrollTop - clientHeight < 4) setStuck(true);
        }}
      >
        {started ? <Record key={name} store={store!} name={name} /> : <p class="af-quiet">{t("log.empty")}</p>}
      </div>
    </aside>
  );
}

function Record({ store, name }: { store: ProjectStore; name: PhaseType }): JSX.Element {
  const phase = store.current.phases[name];
  const active = phase.status === "active";
  const hasText = phase.content.chunks.length > 0;
  const [chosen, setChosen] = useState<boolean | null>(null);
  // Thinking folds away when the phase ends, unless the reader said otherwise.
  const open = chosen ?? (active || !hasText);
  return (
    <>
      {phase.thinking.chunks.length > 0 ? (
        <div class="af-thinking" data-open={open ? "" : undefined}>
          <button type="button" class="af-fold" aria-expanded={open} onClick={() => setChosen(!open)}>
            <Icon name="chevron" class={open ? "af-turned" : ""} />
            {t("log.thinking")}
          </button>
          <div hidden={!open}>
            <Tail tail={phase.thinking} revision={phase.thinking.chunks.length} />
          </div>
        </div>
      ) : (
        !active && <p class="af-quiet">{t("log.noThinking")}</p>
      )}
      {hasText && (
        <div class="af-said">
          <h5>{t("log.text")}</h5>
          <Tail tail={phase.content} revision={phase.content.chunks.length} />
        </div>
      )}
    </>
  );
}

/** A block of text is closed at the first line end after this many characters: one endless block would cost more and more. */
const BLOCK = 3000;
/** A line that does not end is cut here. */
const HARD = 12_000;
/** What the document holds of one text; the rest is in the copy. */
const SHOWN = 150_000;

/** Appends what is new of a tail to the document, by hand: no diff of a long text, ever. */
function Tail({ tail, revision }: { tail: TextTail; revision: number }): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const done = useRef<{ tail: TextTail; count: number; last: string | undefined } | null>(null);
  const [cut, setCut] = useState(tail.dropped);
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const before = done.current;
    const continued = before && before.tail === tail && before.count <= tail.chunks.length && tail.chunks[before.count - 1] === before.last;
    if (!continued) element.replaceChildren();
    const fresh = tail.chunks.slice(continued ? before.count : 0).join("");
    if (fresh) appendText(element, fresh);
    if (trim(element) || tail.dropped) setCut(true);
    done.current = { tail, count: tail.chunks.length, last: tail.chunks.at(-1) };
  }, [tail, revision, tail.dropped]);
  return (
    <>
      {cut && <p class="af-quiet">… {t("log.dropped")}</p>}
      <div class="af-tail" ref={box} />
    </>
  );
}

function appendText(element: HTMLElement, text: string): void {
  let rest = text;
  while (rest) {
    let block = element.lastElementChild;
    if (!block || isFull(block.textContent)) {
      block = document.createElement("div");
      block.append(document.createTextNode(""));
      element.append(block);
    }
    const used = block.textContent.length;
    const line = rest.indexOf("\n", Math.max(0, BLOCK - used));
    const end = Math.min(line < 0 ? rest.length : line + 1, HARD - used);
    (block.firstChild as Text).appendData(rest.slice(0, end));
    rest = rest.slice(end);
  }
}

function isFull(text: string): boolean {
  return text.length >= HARD || (text.length >= BLOCK && text.endsWith("\n"));
}

function trim(element: HTMLElement): boolean {
  let total = element.childElementCount * BLOCK;
  let cut = false;
  while (total > SHOWN && element.firstElementChild) {
    element.firstElementChild.remove();
    total -= BLOCK;
    cut = true;
  }
  return cut;
}

function recordText(phase: PhaseSnapshot): string {
  return [tailText(phase.thinking), tailText(phase.content)].filter(Boolean).join("\n\n");
}

export function CopyButton({ text }: { text: () => string }): JSX.Element {
  const [copied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(text());
    setCopied(true);
    setTimeout(() => setCopied(false), 1500);
  };
  return (
    <button type="button" class="af-tool" aria-label={t(copied ? "action.copied" : "action.copy")} title={t("action.copy")} onClick={() => void copy()}>
      <Icon name={copied ? "check" : "copy"} />
    </button>
  );
}
