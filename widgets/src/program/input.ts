/**
 * Keyboard and mouse input on a game's picture. The listeners are on the canvas itself: keys go to the game
 * only while the canvas has the focus, and then to nothing else in the page.
 */

import type { PlayerEvent } from "../api/program";
import type { Size } from "./screen";

/** Keys that are left to the browser: reload, close, another tab, its tools. */
const BROWSER_KEYS: ReadonlySet<string> = new Set(["F5", "F11", "F12"]);
const BROWSER_COMBINATIONS: ReadonlySet<string> = new Set(["KeyR", "KeyT", "KeyW", "KeyN", "KeyL", "Tab"]);
/** Browsers count a wheel in pixels, lines (Firefox) or pages; a game gets pixels. */
const LINE_PX = 16;
const PAGE_PX = 400;

export class PlayerInput {
  private readonly held = new Map<string, string>();
  private move: PlayerEvent | null = null;
  private readonly ender = new AbortController();

  constructor(
    private readonly canvas: HTMLCanvasElement,
    private readonly size: () => Size | null,
    private readonly send: (event: PlayerEvent) => void,
    private readonly onFocus: (focused: boolean) => void,
    private readonly onLeave: () => void,
  ) {
    const on = <K extends keyof HTMLElementEventMap>(
      type: K,
      handler: (event: HTMLElementEventMap[K]) => void,
    ): void => canvas.addEventListener(type, handler, { signal: this.ender.signal, passive: false });
    on("keydown", (event) => this.key(event));
    on("keyup", (event) => this.key(event));
    // JupyterLab's shortcuts listen on the document: "d d" would delete the cell while a person plays.
    on("keypress", (event) => event.stopPropagation());
    on("focus", () => this.focused());
    on("blur", () => this.blurred());
    on("paste", (event) => this.paste(event));
    on("pointerdown", (event) => this.press(event));
    on("pointerup", (event) => this.point("pointer_up", event));
    on("pointercancel", (event) => this.point("pointer_up", event));
    on("pointermove", (event) => this.moved(event));
    on("wheel", (event) => this.wheel(event));
    // The right button belongs to the game (it flags a mine).
    on("contextmenu", (event) => event.preventDefault());
  }

  /** Remove the listeners and release the pressed keys. */
  end(): void {
    this.release();
    this.ender.abort();
  }

  private get hasFocus(): boolean {
    return (this.canvas.getRootNode() as Document | ShadowRoot).activeElement === this.canvas;
  }

  private key(event: KeyboardEvent): void {
    if (isBrowsers(event)) return;
    event.stopPropagation();
    const down = event.type === "keydown";
    const { code, key } = event;
    // Ctrl+V is left to the browser, or no text would be pasted.
    const pastes = code === "KeyV" && (event.ctrlKey || event.metaKey);
    if (!pastes) event.preventDefault();
    if (code === "Escape" && !event.shiftKey && !this.held.has("Escape")) {
      if (down) this.onLeave();
      return;
    }
    if (pastes || !code) return;
    if (down) this.held.set(code, key);
    else if (!this.held.delete(code)) return;
    this.send(down ? { type: "key_down", code, key, repeat: event.repeat } : { type: "key_up", code, key });
  }

  private focused(): void {
    this.send({ type: "focus" });
    this.onFocus(true);
  }

  private blurred(): void {
    this.release();
    this.send({ type: "blur" });
    this.onFocus(false);
  }

  /** A key that is up again outside of the canvas sends nothing here: the snake would turn for ever. */
  private release(): void {
    for (const [code, key] of this.held) this.send({ type: "key_up", code, key });
    this.held.clear();
  }

  private paste(event: ClipboardEvent): void {
    const text = event.clipboardData?.getData("text/plain");
    event.preventDefault();
    event.stopPropagation();
    if (text) this.send({ type: "text", text });
  }

  private press(event: PointerEvent): void {
    event.stopPropagation();
    // The canvas takes the focus, whatever the notebook does with the click.
    event.preventDefault();
    this.canvas.focus({ preventScroll: true });
    // While a button is pressed the game also gets moves outside of its picture.
    this.canvas.setPointerCapture(event.pointerId);
    this.point("pointer_down", event);
  }

  private point(type: "pointer_down" | "pointer_up", event: PointerEvent): void {
    this.flushMove();
    const place = this.place(event);
    if (place) this.send({ type, ...place, button: Math.max(0, event.button) });
  }

  /** Once a frame at most: a mouse sends far more events. */
  private moved(event: PointerEvent): void {
    const place = this.place(event);
    if (!place) return;
    if (!this.move) requestAnimationFrame(() => this.flushMove());
    this.move = { type: "pointer_move", ...place, button: Math.max(0, event.button) };
  }

  private flushMove(): void {
    if (this.move) this.send(this.move);
    this.move = null;
  }

  private wheel(event: WheelEvent): void {
    // Without the focus the page scrolls.
    if (!this.hasFocus) return;
    event.preventDefault();
    event.stopPropagation();
    const unit =
      event.deltaMode === WheelEvent.DOM_DELTA_LINE
        ? LINE_PX
        : event.deltaMode === WheelEvent.DOM_DELTA_PAGE
          ? PAGE_PX
          : 1;
    this.send({ type: "wheel", dx: event.deltaX * unit, dy: event.deltaY * unit });
  }

  /** The position in the picture, in its own pixels. */
  private place(event: PointerEvent): { x: number; y: number } | null {
    const size = this.size();
    const box = this.canvas.getBoundingClientRect();
    if (!size || box.width === 0 || box.height === 0) return null;
    return {
      x: Math.floor(((event.clientX - box.left) * size.width) / box.width),
      y: Math.floor(((event.clientY - box.top) * size.height) / box.height),
    };
  }
}

function isBrowsers(event: KeyboardEvent): boolean {
  if (BROWSER_KEYS.has(event.code)) return true;
  return (event.ctrlKey || event.metaKey) && !event.altKey && BROWSER_COMBINATIONS.has(event.code);
}
