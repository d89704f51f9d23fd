/** Two projects side by side: which files differ, and how. */

import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { formatAge, t } from "../i18n";
import type { FileChange } from "../model/entities";
import { type ApiError, asApiError } from "../model/errors";
import type { Pair } from "../session/projectList";
import type { Session } from "../session/session";
import { Change } from "./Change";
import { Icon } from "./Icon";
import { Quiet } from "./Quiet";
import { Tool } from "./Tool";

const SIGNS = { added: "+", removed: "−", changed: "~" } as const;

export function Compare({ session, pair }: { session: Session; pair: Pair }): JSX.Element {
  const { before, after } = pair;
  const { transport } = session;
  const [changes, setChanges] = useState<FileChange[] | null>(null);
  const [failure, setFailure] = useState<ApiError | null>(null);
  const [path, setPath] = useState<string | null>(null);
  const close = useRef<HTMLButtonElement>(null);
  useEffect(() => close.current?.focus(), []);
  useEffect(() => {
    let gone = false;
    setChanges(null);
    setFailure(null);
    transport.compare(before, after).then(
      (found) => {
        if (gone) return;
        setChanges(found);
        setPath((old) => found.find((one) => one.path === old)?.path ?? found[0]?.path ?? null);
      },
      (error: unknown) => {
        if (!gone) setFailure(asApiError(error));
      },
    );
    return () => {
      gone = true;
    };
  }, [transport, before, after]);
  const shown = changes?.find((one) => one.path === path);
  return (
    <section
      class="af-compare"
      aria-label={t("compare.title")}
      onKeyDown={(event) => {
        if (event.key === "Escape") session.projectList.compare(null);
      }}>
      <header class="af-cap">
        <Side session={session} id={before} other={after} text={t("compare.before")} />
        <Icon name="chevron" />
        <Side session={session} id={after} other={before} text={t("compare.after")} />
        <span class="af-tools">
          <Tool
            icon="swap"
            label={t("compare.swap")}
            onClick={() => session.projectList.compare({ before: after, after: before })}
          />
          <Tool
            icon="cross"
            label={t("compare.close")}
            button={close}
            onClick={() => session.projectList.compare(null)}
          />
        </span>
      </header>
      {failure && <Quiet failure={failure} />}
      {!changes && !failure && <Quiet busy text={t("compare.loading")} />}
      {changes?.length === 0 && <Quiet text={t("compare.same")} />}
      {changes && changes.length > 0 && (
        <div class="af-compare-body">
          <Changes changes={changes} path={path} onChoose={setPath} />
          {shown && (
            <Change
              key={`${before} ${after} ${shown.path}`}
              transport={transport}
              pair={pair}
              change={shown}
            />
          )}
        </div>
      )}
    </section>
  );
}

interface SideProps {
  session: Session;
  id: string;
  /** The other project: revisions have the same name, and are distinguished by their folders. */
  other: string;
  text: string;
}

function Side({ session, id, other, text }: SideProps): JSX.Element {
  const { projectList } = session;
  const found = projectList.find(id);
  const isNamesake = found !== undefined && projectList.name(id) === projectList.name(other);
  return (
    <h4 class="af-compare-side" title={found?.project_name}>
      <small>{text}</small> <b>{projectList.name(id)}</b>{" "}
      {isNamesake && <small class="af-folder">{found.project_name}</small>}{" "}
      {found && <small>{formatAge(found.created_at)}</small>}
    </h4>
  );
}

interface ChangesProps {
  changes: FileChange[];
  path: string | null;
  onChoose(path: string): void;
}

function Changes({ changes, path, onChoose }: ChangesProps): JSX.Element {
  const count = (kind: FileChange["change"]): number => changes.filter((one) => one.change === kind).length;
  return (
    <nav class="af-changes" aria-label={t("compare.files")}>
      <p role="status">
        {t("compare.sum", { changed: count("changed"), added: count("added"), removed: count("removed") })}
      </p>
      <ul>
        {changes.map((one) => (
          <li key={one.path}>
            <button
              type="button"
              data-change={one.change}
              data-path={one.path}
              aria-label={t("compare.entry", { path: one.path, change: t(`compare.${one.change}`) })}
              aria-current={one.path === path}
              title={one.path}
              onClick={() => onChoose(one.path)}>
              <i aria-hidden="true">{SIGNS[one.change]}</i>
              <span class="af-name">{one.path}</span>
              <em aria-hidden="true">{t(`compare.${one.change}`)}</em>
            </button>
          </li>
        ))}
      </ul>
    </nav>
  );
}
