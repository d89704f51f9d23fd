/** An open file: its content, the unsaved text, and the conflict with a newer text on disk. */

import { signal } from "@preact/signals";
import type { Transport } from "../api/transport";
import type { FileBody } from "../model/entities";
import { type ApiError, asApiError, isAbort } from "../model/errors";

/** A longer text is cut before it is put into an editor: it would slow the page down. */
export const TEXT_LIMIT = 1_200_000;

export type FileKind =
  /** `picture` is the URL of a drawing whose source is the text (SVG). */
  | { kind: "text"; text: string; etag: string | null; cut: boolean; size: number; picture?: string }
  | { kind: "image"; url: string; size: number }
  | { kind: "binary"; type: string; size: number };

export type FileState =
  { state: "loading" } | { state: "error"; error: ApiError } | ({ state: "ready" } & FileKind);

export class OpenFile {
  readonly content = signal<FileState>({ state: "loading" });
  /** The unsaved text; null while there is none. */
  readonly edited = signal<string | null>(null);
  /** Whether the file on disk changed while there was unsaved text. */
  readonly conflict = signal(false);
  readonly saving = signal(false);
  readonly saved = signal(false);
  readonly failure = signal<ApiError | null>(null);
  private controller: AbortController | null = null;
  /** Whether the file changed while it was being saved, perhaps by that save. */
  private changedMeanwhile = false;

  constructor(
    private readonly transport: Transport,
    private readonly projectId: string,
    readonly path: string,
    private readonly onMoved: (projectId: string, path: string) => void = () => undefined,
  ) {}

  /**
   * Read the file again. Unsaved text is kept: a newer text on disk is then announced and does not replace
   * it.
   */
  async load(): Promise<void> {
    if (this.saving.value) {
      this.changedMeanwhile = true;
      return;
    }
    this.controller?.abort();
    const controller = new AbortController();
    this.controller = controller;
    try {
      const body = await this.transport.file(this.projectId, this.path, controller.signal);
      if (controller.signal.aborted) return;
      const old = this.content.value;
      const next = withSource(this.path, body, describe(this.path, body));
      const changed =
        old.state === "ready" && old.kind === "text" && next.kind === "text" && old.text !== next.text;
      if (next.kind === "text" && next.text === this.edited.value) this.edited.value = null;
      if (this.edited.value !== null && changed) {
        this.conflict.value = true;
        return;
      }
      this.free();
      this.content.value = { state: "ready", ...next };
    } catch (error) {
      if (isAbort(error)) return;
      const failure = asApiError(error);
      // Deleted elsewhere: the unsaved text is all that is left.
      if (failure.status === 404 && this.edited.value !== null) this.conflict.value = true;
      else this.content.value = { state: "error", error: failure };
    }
  }

  edit(text: string): void {
    const { value } = this.content;
    this.saved.value = false;
    this.edited.value = value.state === "ready" && value.kind === "text" && value.text === text ? null : text;
  }

  /**
   * Save if the file is still the version that was read; a change from elsewhere is shown, not overwritten.
   */
  async save(): Promise<void> {
    const { value } = this.content;
    const text = this.edited.value;
    if (text === null || value.state !== "ready" || value.kind !== "text" || this.saving.value) return;
    this.saving.value = true;
    this.failure.value = null;
    try {
      const { etag, projectId } = await this.transport.save(this.projectId, this.path, text, value.etag);
      if (projectId !== this.projectId) {
        // What was typed meanwhile belongs to the new version too.
        const later = this.edited.value;
        if (later !== null && later !== text) await this.transport.save(projectId, this.path, later, etag);
        this.edited.value = null;
        this.onMoved(projectId, this.path);
        return;
      }
      this.content.value = { ...value, text, etag };
      if (this.edited.value === text) this.edited.value = null;
      this.saved.value = true;
    } catch (error) {
      const refused = asApiError(error);
      if (refused.status === 412) this.conflict.value = true;
      else this.failure.value = refused;
    } finally {
      this.saving.value = false;
    }
    if (!this.changedMeanwhile) return;
    this.changedMeanwhile = false;
    await this.load();
  }

  /** Discard the unsaved text and show the one on disk. */
  async discard(): Promise<void> {
    this.edited.value = null;
    this.conflict.value = false;
    await this.load();
  }

  /** Save although there is a newer text, which the person was told of. */
  async overwrite(): Promise<void> {
    const { value } = this.content;
    if (value.state !== "ready" || value.kind !== "text") return;
    try {
      const { etag } = await this.transport.file(this.projectId, this.path);
      this.content.value = { ...value, etag };
    } catch (error) {
      const failure = asApiError(error);
      if (failure.status !== 404) {
        this.failure.value = failure;
        return;
      }
      this.content.value = { ...value, etag: null };
    }
    this.conflict.value = false;
    await this.save();
  }

  close(): void {
    this.controller?.abort();
    this.free();
  }

  private free(): void {
    const { value } = this.content;
    if (value.state !== "ready") return;
    if (value.kind === "image") URL.revokeObjectURL(value.url);
    if (value.kind === "text" && value.picture) URL.revokeObjectURL(value.picture);
  }
}

const IMAGES: Record<string, string> = {
  png: "image/png",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  gif: "image/gif",
  webp: "image/webp",
  bmp: "image/bmp",
  svg: "image/svg+xml",
};

function imageType(path: string): string | undefined {
  const ending = path.slice(path.lastIndexOf(".") + 1).toLowerCase();
  return Object.hasOwn(IMAGES, ending) ? IMAGES[ending] : undefined;
}

/** Whether a file is shown as a picture, by its name. */
export function isPicture(path: string): boolean {
  return imageType(path) !== undefined;
}

/** A drawing that is written as text is shown as both. */
function withSource(path: string, body: FileBody, file: FileKind): FileKind {
  if (file.kind !== "image" || !path.toLowerCase().endsWith(".svg") || isBinary(body.bytes)) return file;
  return { ...(describe(path, body, { asText: true }) as FileKind & { kind: "text" }), picture: file.url };
}

/** Decide how a file's bytes are shown; `asText` reads a drawing's source. */
export function describe(path: string, body: FileBody, { asText = false } = {}): FileKind {
  const { bytes } = body;
  const size = bytes.byteLength;
  const image = imageType(path);
  // Shown by <img>, where even an SVG's scripts do not run.
  if (image && !asText)
    return { kind: "image", url: URL.createObjectURL(new Blob([bytes], { type: image })), size };
  if (isBinary(bytes)) return { kind: "binary", type: body.contentType.split(";")[0]!, size };
  const cut = size > TEXT_LIMIT;
  const text = new TextDecoder().decode(cut ? bytes.subarray(0, TEXT_LIMIT) : bytes);
  return { kind: "text", text, etag: body.etag, cut, size };
}

function isBinary(bytes: Uint8Array): boolean {
  if (bytes.subarray(0, 8000).includes(0)) return true;
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(0, TEXT_LIMIT), { stream: true });
    return false;
  } catch {
    return true; // not UTF-8
  }
}
