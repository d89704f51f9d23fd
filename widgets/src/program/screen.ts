/**
 * The picture of a program's window. Pictures are requested one by one, the next after one was drawn and none
 * while the canvas is hidden: a slow or hidden page gets few or none, and nothing queues.
 */

import { signal } from "@preact/signals";
import type { Frame } from "../api/program";

export interface Size {
  width: number;
  height: number;
}

/** The number of requested pictures: while one is drawn, the next is sent. */
const MAX_OUTSTANDING = 2;
const RATE_WINDOW_MS = 1000;

export class Screen {
  readonly size = signal<Size | null>(null);
  /** Pictures drawn in the last second. */
  readonly rate = signal(0);
  /**
   * The canvases and whether each is visible. A widget may have several views, and two for a moment when it
   * is redrawn.
   */
  private readonly views = new Map<HTMLCanvasElement, boolean>();
  private latest: ImageBitmap | null = null;
  private latestSeq = 0;
  private outstanding = 0;
  private hasEnded = false;
  private drawn: number[] = [];
  private meter: ReturnType<typeof setInterval> | undefined;

  constructor(
    private readonly askForFrame: () => boolean,
    private readonly decode: (image: Blob) => Promise<ImageBitmap> = (image) => createImageBitmap(image),
  ) {}

  /** Draw on this canvas too, starting with the last picture. */
  attach(canvas: HTMLCanvasElement): void {
    this.views.set(canvas, false);
    this.draw();
    this.meter ??= setInterval(() => this.measure(), RATE_WINDOW_MS / 2);
  }

  /** Stop drawing on this canvas. */
  detach(canvas: HTMLCanvasElement): void {
    this.views.delete(canvas);
    if (this.views.size === 0) this.stopMeter();
  }

  /** Report whether the canvas is visible. */
  setVisible(canvas: HTMLCanvasElement, visible: boolean): void {
    if (this.views.has(canvas)) this.views.set(canvas, visible);
    this.request();
  }

  /** After a reconnection: pictures requested over the old connection are lost. */
  reconnected(): void {
    this.outstanding = 0;
    this.latestSeq = 0;
    this.request();
  }

  async receive(frame: Frame): Promise<void> {
    this.outstanding = Math.max(0, this.outstanding - 1);
    let picture: ImageBitmap;
    try {
      picture = await this.decode(frame.image);
    } catch (error) {
      console.error("a picture could not be read", error);
      // The next one is requested all the same, or the game would stand still.
      this.request();
      return;
    }
    // Decoding is asynchronous: an earlier, larger picture may be ready after a later one.
    if (frame.seq > this.latestSeq) {
      this.latestSeq = frame.seq;
      this.latest?.close(); // an ImageBitmap keeps its memory until it is closed or collected
      this.latest = picture;
      this.draw();
      this.drawn.push(performance.now());
    } else {
      picture.close();
    }
    this.request();
  }

  /** The program has ended; the last picture stays. */
  end(): void {
    this.hasEnded = true;
    this.stopMeter();
  }

  private get isVisible(): boolean {
    return !this.hasEnded && [...this.views.values()].includes(true);
  }

  private stopMeter(): void {
    clearInterval(this.meter);
    this.meter = undefined;
    this.rate.value = 0;
  }

  private request(): void {
    while (this.isVisible && this.outstanding < MAX_OUTSTANDING && this.askForFrame()) this.outstanding++;
  }

  private draw(): void {
    const { latest } = this;
    if (!latest) return;
    const { width, height } = latest;
    if (this.size.value?.width !== width || this.size.value.height !== height)
      this.size.value = { width, height };
    for (const canvas of this.views.keys()) {
      if (canvas.width !== width || canvas.height !== height) {
        canvas.width = width;
        canvas.height = height;
      }
      // Without alpha the browser need not blend the picture with the page in each frame.
      canvas.getContext("2d", { alpha: false })?.drawImage(latest, 0, 0);
    }
  }

  private measure(): void {
    const since = performance.now() - RATE_WINDOW_MS;
    this.drawn = this.drawn.filter((at) => at >= since);
    this.rate.value = this.drawn.length;
  }
}

/** From here on a picture that is scaled up shows its pixels as squares instead of a blur. */
const SQUARES_FROM = 1.5;

/** Return the scale of a picture. From 1 to 1.5 it is not scaled, which is sharper. */
export function fitScale(
  picture: { width: number; height: number },
  available: { width: number; height: number },
  density: number,
): { scale: number; squares: boolean } {
  const most = Math.min(available.width / picture.width, available.height / picture.height);
  if (most < 1) return { scale: Math.max(most, 0.01), squares: false };
  if (most < SQUARES_FROM) return { scale: 1, squares: false };
  // Whole device pixels for each of the picture's, so that all squares are of one size.
  const scale = Math.floor(most * density) / density;
  return { scale, squares: scale >= SQUARES_FROM };
}
