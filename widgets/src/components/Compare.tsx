/** Two versions, or any two projects, side by side: their pictures, which files differ, and where. */

import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { formatAge, t } from "../i18n";
import { type ApiError, asApiError } from "../model/errors";
import type { ChangeKind } from "../model/types";
import { type ComparedFile, type Hunk, reversed } from "../model/versions";
import { programsOf } from "../program/programs";
import { isPicture } from "../session/openFile";
import type { Pair } from "../session/projectList";
import { lineSum } from "../model/change";
import type { Session } from "../session/session";
import { versionsOf } from "../session/versions";
import { BinaryChange } from "./BinaryChange";
import { Button } from "./Button";
import { Hunks } from "./Hunks";
import { Icon } from "./Icon";
import { LineCount } from "./LineCount";
import { Quiet } from "./Quiet";
import { Thumbnail } from "./Thumbnail";
import { Tool } from "./Tool";

const SIGNS = { added: "+", deleted: "−", modified: "~" } as const;

interface CompareProps {
  session: Session;
  pair: Pair;
  onChange(pair: Pair): void;
  /** Where it stands alone; inside the list of versions it is closed with the list. */
  onClose?: () => void;
}

export function Compare({ session, pair, onChange, onClose }: CompareProps): JSX.Element {
  const { before, after } = pair;
  const versions = versionsOf(session);
  const [files, failure] = useComparison(session, pair);
  const [path, setPath] = useState<string | null>(null);
  const close = useRef<HTMLButtonElement>(null);
  useEffect(() => close.current?.focus(), []);
  const shown = files?.find((one) => one.path === path) ?? files?.[0];
  const sides = [before, after].map((id) => sideOf(session, id, id === before ? after : before));
  const newest = versions.newest.value?.project_id;
  // Only what is compared with the newest version can be put into it.
  const donor = newest === after ? before : newest === before ? after : undefined;
  const from = versions.find(donor);
  const into = versions.newest.value;
  const mayUse = from && into && versions.newestIsIdle;
  const swap = (): void => onChange({ before: after, after: before });
  return (
    <section
      class="af-compare"
      aria-label={t("compare.title")}
      onKeyDown={(event) => {
        if (event.key === "Escape") onClose?.();
      }}>
      <header class="af-cap">
        <Heading sides={sides} />
        {files && files.length > 0 && <Sum files={files} />}
        <span class="af-tools">
          <Tool icon="swap" label={t("compare.swap")} onClick={swap} />
          {onClose && <Tool icon="cross" label={t("compare.close")} button={close} onClick={onClose} />}
        </span>
      </header>
      {sides.some((side) => side.has) && <Pictures session={session} sides={sides} />}
      <Undo session={session} />
      {failure && <Quiet failure={failure} />}
      {!files && !failure && <Quiet busy text={t("compare.loading")} />}
      {files?.length === 0 && <Quiet text={t("compare.same")} />}
      {files && shown && (
        <div class="af-compare-body">
          <Changes files={files} path={shown.path} onChoose={setPath} />
          <div class="af-compare-file">
            {(shown.binary || isPicture(shown.path)) && (
              <BinaryChange key={`${before} ${after} ${shown.path}`} {...{ session, pair, change: shown }} />
            )}
            {!shown.binary && (
              <Hunks
                key={shown.path}
                file={shown}
                use={mayUse ? { from: `v${from.version}`, into: `v${into.version}` } : null}
                onUse={async (hunk: Hunk | null) => {
                  // As a hunk is applied: from the newest version to the one that it is used of.
                  const turned = hunk && newest === after ? reversed(hunk) : hunk;
                  if (from) await versions.apply(from, shown.path, turned);
                }}
              />
            )}
          </div>
        </div>
      )}
    </section>
  );
}

/** What differs; read again when this page has changed one of the two. */
function useComparison(session: Session, { before, after }: Pair): [ComparedFile[] | null, ApiError | null] {
  const [files, setFiles] = useState<ComparedFile[] | null>(null);
  const [failure, setFailure] = useState<ApiError | null>(null);
  const { transport } = session;
  const revision = versionsOf(session).revision.value;
  useEffect(() => setFiles(null), [transport, before, after]);
  useEffect(() => {
    let gone = false;
    setFailure(null);
    transport.compare(before, after).then(
      (found) => {
        if (!gone) setFiles(found);
      },
      (error: unknown) => {
        if (!gone) setFailure(asApiError(error));
      },
    );
    return () => {
      gone = true;
    };
  }, [transport, before, after, revision]);
  return [files, failure];
}

interface Side {
  id: string;
  name: string;
  /** The sentence of a version; of another project its folder, where two have one name, and its age. */
  about: string;
  has: boolean;
}

function sideOf(session: Session, id: string, other: string): Side {
  const { projectList } = session;
  const versions = versionsOf(session);
  const version = versions.find(id);
  if (version && versions.find(other))
    return {
      id,
      name: `v${version.version}`,
      about: version.label || version.request,
      has: version.thumbnail,
    };
  const project = projectList.find(id);
  const name = projectList.name(id);
  const folder = name === projectList.name(other) ? project?.project_name : "";
  const age = project && formatAge(project.created_at);
  return { id, name, about: [folder, age].filter(Boolean).join(" · "), has: project?.has_thumbnail === true };
}

function Heading({ sides }: { sides: Side[] }): JSX.Element {
  const [before, after] = sides;
  return (
    <h4 class="af-compare-sides">
      <b title={before!.about}>{before!.name}</b>
      <Icon name="chevron" />
      <b title={after!.about}>{after!.name}</b>
    </h4>
  );
}

function Sum({ files }: { files: ComparedFile[] }): JSX.Element {
  const count = (kind: ChangeKind): number => files.filter((one) => one.kind === kind).length;
  const [changed, added, removed] = [count("modified"), count("added"), count("deleted")];
  return (
    <>
      <span class="af-sum" role="status">
        {t("compare.sum", { changed, added, removed })}
      </span>
      <LineCount {...lineSum(files)} />
    </>
  );
}

function Pictures({ session, sides }: { session: Session; sides: Side[] }): JSX.Element {
  const play = (id: string): void => {
    session.projectList.compare(null);
    versionsOf(session).unfold(false);
    session.show(id);
    programsOf(session).playWhenReady();
  };
  return (
    <div class="af-pics">
      {sides.map(({ id, name, about, has }, index) => (
        <figure key={id}>
          <Thumbnail session={session} projectId={id} name={name} has={has}>
            <Icon name={has ? "spark" : "terminal"} />
          </Thumbnail>
          <figcaption>
            <small>{t(index === 0 ? "compare.before" : "compare.after")}</small> <b>{name}</b>
            <span>{about}</span>
            {has && session.welcome.capabilities.play && (
              <Button class="af-small" icon="play" onClick={() => play(id)}>
                {t("versions.play", { name })}
              </Button>
            )}
          </figcaption>
        </figure>
      ))}
    </div>
  );
}

/** What was put into the newest version last, and the way back. */
function Undo({ session }: { session: Session }): JSX.Element | null {
  const versions = versionsOf(session);
  const applied = versions.applied.value;
  const failure = versions.failure.value;
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (applied) button.current?.focus();
  }, [applied]);
  if (failure) return <Quiet failure={failure} />;
  if (!applied) return null;
  const { path, from, to } = applied;
  const undo = async (): Promise<void> => {
    const comparison = button.current?.closest("section");
    await versions.undo();
    // The button is gone now; without the focus inside, Escape would not close the comparison.
    comparison?.querySelector<HTMLElement>(".af-tool")?.focus();
  };
  return (
    <p class="af-applied" role="status">
      <span>{t("versions.applied", { path, from: `v${from}`, to: `v${to}` })}</span>
      <Button class="af-small" element={button} onClick={undo}>
        {t("versions.undo")}
      </Button>
    </p>
  );
}

interface ChangesProps {
  files: ComparedFile[];
  path: string;
  onChoose(path: string): void;
}

function Changes({ files, path, onChoose }: ChangesProps): JSX.Element {
  return (
    <nav class="af-changes" aria-label={t("compare.files")}>
      <ul>
        {files.map((one) => (
          <li key={one.path}>
            <button
              type="button"
              data-change={one.kind}
              data-path={one.path}
              aria-current={one.path === path}
              title={one.path}
              onClick={() => onChoose(one.path)}>
              <i aria-hidden="true">{SIGNS[one.kind]}</i>
              <span class="af-name">{one.path}</span>
              <em class={one.binary ? "" : "af-sr"}>{t(`compare.${one.kind}`)}</em>
              {!one.binary && <LineCount added={one.lines_added} removed={one.lines_removed} />}
            </button>
          </li>
        ))}
      </ul>
    </nav>
  );
}
