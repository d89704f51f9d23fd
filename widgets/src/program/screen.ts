/**
 * The picture of a program's window. Pictures are asked for one by one: the next only when one has been drawn, and none
 * while nobody looks, so a slow or hidden page is sent few or none, and nothing ever queues.
 */

import { signal } from "@preact/signals";
import type { Frame } from "../api/program";

export interface Size {
  width: number;
  height: number;
}

/** So many pictures are under way at once: while one is drawn, the next travels. */
const MAX_OUTSTANDING = 2;
const RATE_WINDOW_MS = 1000;

export class Screen {
  readonly size = signal<Size | null>(null);
  /** Pictures drawn in the last second. */
  readonly rate = signal(0);
  /** Where it is shown (a widget may have several views, and one that is drawn anew has two for a moment), and whether it can be seen there. */
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

  /** Draw here from now on, beginning with the last picture. */
  attach(canvas: HTMLCanvasElement): void {
    this.views.set(canvas, false);
    this.draw();
    this.meter ??= setInterval(() => this.measure(), RATE_WINDOW_MS / 2);
  }

  /** Draw here no longer. */
  detach(canvas: HTMLCanvasElement): void {
    this.views.delete(canvas);
    if (this.views.size === 0) this.stopMeter();
  }

  /** Whether anybody can see it there. */
  setVisible(canvas: HTMLCanvasElement, visible: boolean): void {
    if (this.views.has(canvas)) this.views.set(canvas, visible);
    this.request();
  }

  /** A new connection: what was asked for over the old one is lost. */
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
      this.request();
      return;
    }
    if (frame.seq > this.latestSeq) {
      this.latestSeq = frame.seq;
      this.latest?.close();
      this.latest = picture;
      this.draw();
      this.drawn.push(performance.now());
    } else {
      picture.close();
    }
    this.request();
  }

  /** Nothing more comes; the last picture stays. */
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
    if (this.size.value?.width !== width || this.size.value.height !== height) this.size.value = { width, height };
    for (const canvas of this.views.keys()) {
      if (canvas.width !== width || canvas.height !== height) {
        canvas.width = width;
        canvas.height = height;
      }
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

/** How large a picture is shown. Between once and one and a half times its size it stays as it is: sharper than a blur. */
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
