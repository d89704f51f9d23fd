/** One file: its content on disk, or the text that the model types at the moment. */

import type { ComponentChildren, JSX } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { errorText, formatSize, t, type TextKey } from "../i18n";
import { isChange } from "../model/change";
import { isFinal, tailText } from "../model/fold";
import type { ProjectStore } from "../model/store";
import type { Diagnostic, Snapshot } from "../model/types";
import { programsOf } from "../program/programs";
import { type FileState, OpenFile } from "../session/openFile";
import type { Session } from "../session/session";
import { tracesOf } from "../session/traces";
import { versionsOf } from "../session/versions";
import { Code } from "./Code";
import { Button } from "./Button";
import type { DiffBar } from "./Diff";
import { FileDiff } from "./FileDiff";
import { FixDiff } from "./FixDiff";
import { Icon } from "./Icon";
import { LineCount } from "./LineCount";
import { Picture } from "./Picture";
import { Ways } from "./Ways";
import { Restore } from "./Restore";

export function FileView({
  session,
  store,
  path,
}: {
  session: Session;
  store: ProjectStore;
  path: string;
}): JSX.Element {
  const snapshot = store.current;
  const file = snapshot.files[path];
  const live = snapshot.typing === path;
  const open = useMemo(
    () =>
      new OpenFile(session.transport, store.projectId, path, (id) => versionsOf(session).movedTo(id, path)),
    [store, path],
  );
  const written = file?.writes ?? 0;
  useEffect(() => () => open.close(), [open]);
  useEffect(() => {
    if (written > 0 || isFinal(snapshot.status)) void open.load();
  }, [open, written]);
  const diagnostics = useDiagnostics(store, path);
  const content = open.content.value;
  const typed = useTyped(open, content, live ? tailText(snapshot.typed) : null);
  const { location } = programsOf(session);
  const traces = tracesOf(session);
  const feature = traces.featureId.value;
  const [chosen, setChosen] = useState<Chosen | null>(null);

  const parent = snapshot.version?.parent_id;
  const change = snapshot.changes[path];
  const isText = content.state === "ready" && content.kind === "text";
  if (typed !== null)
    return (
      <Typed snapshot={snapshot} path={path} text={typed}>
        {parent && change && isText && (
          <FileDiff
            {...{ transport: session.transport, parent, path, kind: change.kind, text: content.text }}
            bar={writtenBar}
          />
        )}
      </Typed>
    );
  if (!isText)
    return (
      <div class="af-file">
        <NoText path={path} content={content} />
      </div>
    );
  const ways = WAYS.filter((one) =>
    one === "diff" ? Boolean(parent && change) : one === "picture" ? content.picture !== undefined : true,
  );
  const isLocated = location.value?.path === path;
  const note = traces.note.value;
  const lit = traces.linesIn(path);
  const usual = lit.length > 0 ? "text" : ways[0]!;
  const isChosen = chosen?.path === path && chosen.feature === feature;
  const wanted = isLocated ? "text" : isChosen ? chosen.way : usual;
  const way = ways.includes(wanted) ? wanted : "text";
  const bar = (places: JSX.Element | null): JSX.Element => (
    <Ways
      ways={ways}
      titles={WAY_TITLES}
      way={way}
      label={t("edit.ways")}
      onChoose={(next) => setChosen({ path, way: next, feature })}>
      {places}
    </Ways>
  );
  if (way === "diff")
    return (
      <div class="af-file">
        <FileDiff
          transport={session.transport}
          parent={parent!}
          path={path}
          kind={change!.kind}
          text={content.text}
          bar={bar}
        />
        <SaveBar open={open} />
      </div>
    );
  const mayEdit = isFinal(snapshot.status) && !content.cut;
  return (
    <div class="af-file">
      {ways.length > 1 && bar(null)}
      {way === "picture" && (
        <Picture key={content.picture} url={content.picture!} alt={path} size={content.size} />
      )}
      {content.cut && <p class="af-filebar">{t("view.file.large", { size: formatSize(content.size) })}</p>}
      {way === "text" && (
        <Code
          key="code"
          path={path}
          text={open.edited.value ?? content.text}
          label={t("view.file.label", { name: path })}
          diagnostics={diagnostics}
          lit={lit}
          reveal={traces.lineIn(path)}
          origin={note?.path === path ? note : null}
          onAsk={(line) => isFinal(snapshot.status) && traces.ask({ path, line })}
          line={isLocated ? location.value!.line : null}
          onLine={() => {
            setChosen({ path, way: "text", feature });
            location.value = null;
          }}
          {...(mayEdit
            ? { onChange: (text: string) => open.edit(text), onSave: () => void open.save() }
            : {})}
        />
      )}
      <Findings
        diagnostics={diagnostics}
        onLine={(line) => {
          location.value = { path, line };
        }}
      />
      <SaveBar open={open} />
      <Restore session={session} store={store} open={open} />
    </div>
  );
}

/** How a person wants to see a file, until another feature is chosen. */
interface Chosen {
  path: string;
  way: Way;
  feature: string | null;
}

/** The first that a file has is how it opens. */
const WAYS = ["diff", "picture", "text"] as const;
type Way = (typeof WAYS)[number];
const WAY_TITLES: Record<Way, TextKey> = { diff: "edit.diff", picture: "view.picture", text: "view.text" };

interface TypedProps {
  snapshot: Snapshot;
  path: string;
  text: string;
  /** What is written of the file so far. */
  children: ComponentChildren;
}

/** The text that the model types, below what an earlier edit of the same file has changed. */
function Typed({ snapshot, path, text, children }: TypedProps): JSX.Element {
  const change = snapshot.changes[path];
  const note =
    isChange(snapshot) && (snapshot.files[path]?.writes ?? 0) > 0 ? "view.file.changing" : "view.file.live";
  return (
    <div class="af-file" data-live="">
      {children}
      <Code key="code" path={path} text={text} label={t("view.file.label", { name: path })} live />
      <p class="af-filebar af-live-note">
        <Icon name="pen" />
        <span>{t(note, { name: path })}</span>
        {change && <LineCount added={change.lines_added} removed={change.lines_removed} />}
      </p>
    </div>
  );
}

const writtenBar: DiffBar = (places) => (
  <div class="af-ways">
    <span>{t("view.file.written")}</span>
    {places}
  </div>
);

/** The typed text, kept after its end until the file has been read from disk: the view never goes blank. */
function useTyped(open: OpenFile, content: FileState, typing: string | null): string | null {
  const held = useRef<{ open: OpenFile; content: FileState; text: string } | null>(null);
  if (typing !== null) held.current = { open, content, text: typing };
  else if (held.current && (held.current.open !== open || held.current.content !== content))
    held.current = null;
  return held.current?.text ?? null;
}

/** The findings of this file; the same array while they do not change, as the editor's marks depend on it. */
function useDiagnostics(store: ProjectStore, path: string): Diagnostic[] {
  const { diagnostics } = store.snapshot;
  return useMemo(
    () => diagnostics.filter((found) => found.path === path),
    [diagnostics, diagnostics.length, path],
  );
}

/** A file that is not a text, not loaded yet, or gone. */
function NoText({ path, content }: { path: string; content: FileState }): JSX.Element | null {
  if (content.state === "ready" && content.kind === "image")
    return <Picture key={content.url} url={content.url} alt={path} size={content.size} />;
  return (
    <p class="af-quiet" aria-busy={content.state === "loading"}>
      {withoutText(path, content)}
    </p>
  );
}

function withoutText(path: string, content: FileState): string {
  if (content.state === "loading") return t("view.file.loading", { name: path });
  if (content.state === "error") {
    const { status, reason, message } = content.error;
    return status === 404 ? t("view.file.gone") : errorText(reason, message);
  }
  if (content.kind !== "binary") return "";
  return t("view.file.binary", { type: content.type, size: formatSize(content.size) });
}

function Findings({
  diagnostics,
  onLine,
}: {
  diagnostics: Diagnostic[];
  onLine: (line: number) => void;
}): JSX.Element | null {
  if (diagnostics.length === 0) return null;
  return (
    <details class="af-findings" open={diagnostics.length <= 3}>
      <summary>
        <Icon name="alert" />
        {t("view.diagnostics", { count: diagnostics.length })}
      </summary>
      <ul>
        {diagnostics.map((found, index) => (
          <li key={index} data-severity={found.severity}>
            {found.line !== null && (
              <button type="button" class="af-line" onClick={() => onLine(found.line!)}>
                {t("view.line", { line: found.line })}
              </button>
            )}{" "}
            {found.message}
            {found.diff && <FixDiff diff={found.diff} />}
          </li>
        ))}
      </ul>
    </details>
  );
}

function SaveBar({ open }: { open: OpenFile }): JSX.Element | null {
  const failure = open.failure.value;
  const alert = open.conflict.value
    ? t("view.file.conflict")
    : failure && errorText(failure.reason, failure.message);
  const dirty = open.edited.value !== null;
  if (!alert && !dirty && !open.saved.value) return null;
  if (!alert && !dirty)
    return (
      <p class="af-filebar" role="status">
        {t("view.file.saved")}
      </p>
    );
  const { conflict } = open;
  return (
    <div class={alert ? "af-filebar af-conflict" : "af-filebar"} role={alert ? "alert" : undefined}>
      <span>{alert ?? t("view.file.unsaved")}</span>
      {(conflict.value || !alert) && (
        <Button onClick={() => open.discard()}>{t(conflict.value ? "action.reload" : "action.undo")}</Button>
      )}
      {conflict.value && <Button onClick={() => open.overwrite()}>{t("action.overwrite")}</Button>}
      {!conflict.value && (
        <Button primary={!alert} disabled={open.saving.value} onClick={() => open.save()}>
          {t("action.save")}
        </Button>
      )}
    </div>
  );
}
