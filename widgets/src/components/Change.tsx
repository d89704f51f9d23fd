/** How one file differs in two projects: its lines, its pictures, or at least its sizes. */

import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Transport } from "../api/transport";
import { errorText, formatSize, t } from "../i18n";
import type { FileChange } from "../model/entities";
import { type ApiError, asApiError, isAbort } from "../model/errors";
import { describe, type FileKind, isPicture } from "../session/openFile";
import type { Pair } from "../session/projectList";
import { Diff } from "./Diff";
import { Picture } from "./Picture";

/** A longer text is not compared line by line: that would block the page. */
const DIFF_LIMIT = 400_000;
/** A larger picture is not fetched for a comparison. */
const PICTURE_LIMIT = 20_000_000;

/** A side is null where the project lacks the file. */
type Sides<T> = { before: T | null; after: T | null };
type Content =
  | ({ kind: "text" } & Sides<string>)
  | ({ kind: "image" } & Sides<Image>)
  | { kind: "binary" }
  | { kind: "large" };
type Image = FileKind & { kind: "image" };

interface ChangeProps {
  transport: Transport;
  pair: Pair;
  change: FileChange;
}

export function Change({ transport, pair, change }: ChangeProps): JSX.Element {
  const [content, setContent] = useState<Content | null>(null);
  const [failure, setFailure] = useState<ApiError | null>(null);
  useEffect(() => {
    const giveUp = new AbortController();
    let held: Content | null = null;
    readBoth(transport, pair, change, giveUp.signal).then(
      (found) => {
        held = found;
        setContent(found);
      },
      (error: unknown) => {
        if (!isAbort(error)) setFailure(asApiError(error));
      },
    );
    return () => {
      giveUp.abort();
      if (held?.kind === "image")
        for (const side of [held.before, held.after]) if (side) URL.revokeObjectURL(side.url);
    };
  }, []);
  if (failure)
    return (
      <p class="af-quiet af-bad" role="alert">
        {errorText(failure.reason, failure.message)}
      </p>
    );
  if (!content)
    return (
      <p class="af-quiet" aria-busy="true">
        {t("compare.loading")}
      </p>
    );
  if (content.kind === "text")
    return <Diff path={change.path} before={content.before ?? ""} after={content.after ?? ""} />;
  if (content.kind === "image") return <Pictures path={change.path} {...content} />;
  const size = (bytes: number | null): string => (bytes === null ? t("compare.nothing") : formatSize(bytes));
  return (
    <p class="af-quiet">
      {t(`compare.${content.kind}`, { before: size(change.before_bytes), after: size(change.after_bytes) })}
    </p>
  );
}

/** Two pictures side by side, with a sentence in place of a missing one. */
function Pictures({ path, before, after }: { path: string } & Sides<Image>): JSX.Element {
  return (
    <div class="af-pictures" role="group" tabIndex={0} aria-label={t("compare.pictures", { path })}>
      <PictureSide path={path} title={t("compare.before")} image={before} />
      <PictureSide path={path} title={t("compare.after")} image={after} />
    </div>
  );
}

function PictureSide({
  path,
  title,
  image,
}: {
  path: string;
  title: string;
  image: Image | null;
}): JSX.Element {
  if (image)
    return (
      <Picture
        title={title}
        alt={t("compare.picture", { path, side: title })}
        url={image.url}
        size={image.size}
      />
    );
  return (
    <div class="af-image">
      <p class="af-caption">
        <b>{title}</b>
      </p>
      <p class="af-image-frame af-quiet">{t("compare.picture.none")}</p>
    </div>
  );
}

async function readBoth(
  transport: Transport,
  pair: Pair,
  change: FileChange,
  signal: AbortSignal,
): Promise<Content> {
  const { path, before_bytes, after_bytes } = change;
  const limit = isPicture(path) ? PICTURE_LIMIT : DIFF_LIMIT;
  if (Math.max(before_bytes ?? 0, after_bytes ?? 0) > limit) return { kind: "large" };
  const sides = [
    before_bytes === null ? null : pair.before,
    after_bytes === null ? null : pair.after,
  ] as const;
  const bodies = await Promise.all(
    sides.map((id) => (id === null ? null : transport.file(id, path, signal))),
  );
  // After an abort nothing is described: a description may own an object URL.
  signal.throwIfAborted();
  const [before, after] = bodies.map((body) => body && describe(path, body));
  if (isOf("image", before) && isOf("image", after)) return { kind: "image", before, after };
  if (isOf("text", before) && isOf("text", after))
    return { kind: "text", before: before?.text ?? null, after: after?.text ?? null };
  return { kind: "binary" };
}

/** Whether a side is of this kind, or missing. */
function isOf<K extends FileKind["kind"]>(
  kind: K,
  found: FileKind | null | undefined,
): found is (FileKind & { kind: K }) | null {
  return !found || found.kind === kind;
}
