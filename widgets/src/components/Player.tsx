/** A game: its picture, and the keyboard and mouse input to it. */

import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { mayTakeFocus } from "../browser/focus";
import { t } from "../i18n";
import { PlayerInput } from "../program/input";
import type { ProgramRun } from "../program/run";
import { fitScale } from "../program/screen";
import { Icon } from "./Icon";

export function Player({ run, title }: { run: ProgramRun; title: string }): JSX.Element {
  const root = useRef<HTMLDivElement>(null);
  const stage = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [focused, setFocused] = useState(false);
  const [everFocused, setEverFocused] = useState(false);
  const size = run.screen.size.value;
  const alive = run.isAlive;

  useLayoutEffect(() => {
    const element = canvas.current!;
    run.screen.attach(element);
    return () => run.screen.detach(element);
  }, [run]);
  useStream(run, canvas);
  useFit(run, stage, canvas);
  useLayoutEffect(() => {
    const element = canvas.current!;
    if (!alive) return;
    const input = new PlayerInput(
      element,
      () => run.screen.size.peek(),
      (event) => run.play(event),
      (now) => {
        setFocused(now);
        if (now) setEverFocused(true);
      },
      () => element.closest<HTMLElement>("[role=tabpanel]")?.focus({ preventScroll: true }),
    );
    return () => input.end();
  }, [run, alive]);
  useLayoutEffect(() => {
    const element = canvas.current!;
    // With the first picture, so that a game can be played without a click.
    if (size && alive && mayTakeFocus(element)) element.focus({ preventScroll: true });
  }, [run, size !== null]);

  return (
    <div
      class="af-play"
      ref={root}
      data-focused={focused && alive ? "" : undefined}
      data-alive={alive ? "" : undefined}>
      <div class="af-stage" ref={stage}>
        <canvas
          ref={canvas}
          data-player
          data-lm-suppress-shortcuts="true"
          hidden={!size}
          tabIndex={0}
          width={1}
          height={1}
          aria-label={t("play.canvas", { title })}
          aria-describedby="af-play-keys"
        />
        {!size && <p class="af-stage-note">{t(alive ? "play.opening" : "play.closed")}</p>}
        {size && alive && !focused && (
          <p class="af-stage-hint" aria-hidden="true">
            {t(everFocused ? "play.click.again" : "play.click")}
          </p>
        )}
        {size && !alive && <p class="af-stage-hint">{t("play.over")}</p>}
      </div>
      <Hud run={run} root={root} focus={() => canvas.current?.focus({ preventScroll: true })} />
    </div>
  );
}

/** Pictures are requested only while the canvas is visible. */
function useStream(run: ProgramRun, canvas: { current: HTMLCanvasElement | null }): void {
  useEffect(() => {
    const element = canvas.current!;
    let onScreen = false;
    const update = (): void => run.screen.setVisible(element, onScreen && !document.hidden);
    const observer = new IntersectionObserver((entries) => {
      onScreen = entries.at(-1)!.isIntersecting;
      update();
    });
    observer.observe(element.parentElement!); // the canvas itself is hidden before the first picture
    document.addEventListener("visibilitychange", update);
    return () => {
      observer.disconnect();
      document.removeEventListener("visibilitychange", update);
    };
  }, [run]);
}

/** Fits the picture into the stage, in its own proportions and sharp. */
function useFit(
  run: ProgramRun,
  stage: { current: HTMLElement | null },
  canvas: { current: HTMLCanvasElement | null },
): void {
  const size = run.screen.size.value;
  useLayoutEffect(() => {
    const [place, picture] = [stage.current!, canvas.current!];
    if (!size) return;
    const fit = (): void => {
      const { scale, squares } = fitScale(
        size,
        { width: place.clientWidth, height: place.clientHeight },
        devicePixelRatio,
      );
      picture.style.width = `${size.width * scale}px`;
      picture.style.height = `${size.height * scale}px`;
      picture.style.imageRendering = squares ? "pixelated" : "auto";
    };
    fit();
    const observer = new ResizeObserver(fit);
    observer.observe(place);
    return () => observer.disconnect();
  }, [run, size?.width, size?.height]);
}

interface HudProps {
  run: ProgramRun;
  root: { current: HTMLElement | null };
  focus: () => void;
}

/** The line below the picture: keys, frame rate, text input, full screen. */
function Hud({ run, root, focus }: HudProps): JSX.Element {
  const [typing, setTyping] = useState(false);
  const large = useFullscreen(root);
  const rate = run.screen.rate.value;
  const alive = run.isAlive;
  return (
    <div class="af-hud">
      <span id="af-play-keys" title={t("play.leave.hint")}>
        {t("play.keys")} · {t("play.leave")}
      </span>
      {alive && run.screen.size.value && (
        <span class="af-rate">{rate > 0 ? t("play.rate", { count: rate }) : t("play.still")}</span>
      )}
      <span class="af-mute" title={t("play.mute.hint")}>
        <Icon name="mute" />
        {t("play.mute")}
      </span>
      {typing && alive && (
        <TextField
          onSend={(text) => run.play({ type: "text", text })}
          onDone={() => {
            setTyping(false);
            focus();
          }}
        />
      )}
      <span class="af-hud-tools">
        {alive && (
          <button
            type="button"
            aria-expanded={typing}
            title={t("play.text.hint")}
            onClick={() => setTyping(!typing)}>
            <Icon name="pen" />
            {t("play.text")}
          </button>
        )}
        <button
          type="button"
          onClick={() => {
            large.toggle();
            if (alive) focus();
          }}>
          <Icon name="expand" />
          {t(large.on ? "play.small" : "play.large")}
        </button>
      </span>
    </div>
  );
}

/** A canvas takes no text from an input method; this field does, and sends it. */
function TextField({ onSend, onDone }: { onSend: (text: string) => void; onDone: () => void }): JSX.Element {
  const field = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => field.current!.focus({ preventScroll: true }), []);
  return (
    <input
      class="af-hud-text"
      ref={field}
      type="text"
      autocomplete="off"
      spellcheck={false}
      aria-label={t("play.text.label")}
      placeholder={t("play.text.hint")}
      onKeyDown={(event) => {
        if (event.isComposing || event.keyCode === 229) return;
        if (event.key === "Enter" && field.current!.value) onSend(field.current!.value);
        if (event.key === "Enter" || event.key === "Escape") {
          event.preventDefault();
          onDone();
        }
      }}
    />
  );
}

function useFullscreen(root: { current: HTMLElement | null }): { on: boolean; toggle: () => void } {
  const [on, setOn] = useState(false);
  useEffect(() => {
    const look = (): void =>
      setOn(document.fullscreenElement !== null && document.fullscreenElement === root.current);
    document.addEventListener("fullscreenchange", look);
    return () => document.removeEventListener("fullscreenchange", look);
  }, []);
  const toggle = (): void => {
    const change = on ? document.exitFullscreen() : root.current!.requestFullscreen();
    // A page inside a frame may lack the permission; the picture keeps its size.
    change.catch((error: unknown) => console.info("fullscreen was refused", error));
  };
  return { on, toggle };
}
