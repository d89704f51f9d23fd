/** How a file that is no text differs in two projects: its pictures, or at least its sizes. */

import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { formatSize, t } from "../i18n";
import { type ApiError, asApiError, isAbort } from "../model/errors";
import type { FileChange } from "../model/types";
import { describe, type FileKind } from "../session/openFile";
import type { Pair } from "../session/projectList";
import type { Session } from "../session/session";
import { Picture } from "./Picture";
import { Quiet } from "./Quiet";

/** A side is null where the project lacks the file. */
type Sides = Record<keyof Pair, FileKind | null>;

interface BinaryChangeProps {
  session: Session;
  pair: Pair;
  change: FileChange;
}

export function BinaryChange({ session, pair, change }: BinaryChangeProps): JSX.Element {
  const [sides, setSides] = useState<Sides | null>(null);
  const [failure, setFailure] = useState<ApiError | null>(null);
  useEffect(() => {
    const giveUp = new AbortController();
    let held: Sides | null = null;
    readBoth(session, pair, change, giveUp.signal).then(
      (found) => {
        held = found;
        setSides(found);
      },
      (error: unknown) => {
        if (!isAbort(error)) setFailure(asApiError(error));
      },
    );
    return () => {
      giveUp.abort();
      for (const side of Object.values(held ?? {})) if (side?.kind === "image") URL.revokeObjectURL(side.url);
    };
  }, []);
  if (failure) return <Quiet failure={failure} />;
  if (!sides) return <Quiet busy text={t("compare.loading")} />;
  const { path } = change;
  const kinds = Object.values(sides).filter((side) => side !== null);
  if (kinds.every((side) => side.kind === "image"))
    return (
      <div class="af-pictures" role="group" tabIndex={0} aria-label={t("compare.pictures", { path })}>
        <PictureSide path={path} title={t("compare.before")} image={sides.before} />
        <PictureSide path={path} title={t("compare.after")} image={sides.after} />
      </div>
    );
  const size = (side: FileKind | null): string => (side ? formatSize(side.size) : t("compare.nothing"));
  return <Quiet text={t("compare.binary", { before: size(sides.before), after: size(sides.after) })} />;
}

interface PictureSideProps {
  path: string;
  title: string;
  image: FileKind | null;
}

function PictureSide({ path, title, image }: PictureSideProps): JSX.Element {
  if (image?.kind === "image")
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
  { transport }: Session,
  { before, after }: Pair,
  { path, kind }: FileChange,
  signal: AbortSignal,
): Promise<Sides> {
  const ids = [kind === "added" ? null : before, kind === "deleted" ? null : after];
  const bodies = await Promise.all(ids.map((id) => id && transport.file(id, path, signal)));
  // After an abort nothing is described: a description may own an object URL.
  signal.throwIfAborted();
  const [old, next] = bodies.map((body) => (body ? describe(path, body) : null));
  return { before: old ?? null, after: next ?? null };
}
