/** One file: its content on disk, or the text that the model types at the moment. */

import type { JSX } from "preact";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { errorText, formatSize, t } from "../i18n";
import { isFinal, tailText } from "../model/fold";
import type { ProjectStore } from "../model/store";
import type { Diagnostic } from "../model/types";
import { programsOf } from "../program/programs";
import { type FileState, OpenFile } from "../session/openFile";
import type { Session } from "../session/session";
import { Code } from "./Code";
import { Icon } from "./Icon";
import { Picture } from "./Picture";

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
  const open = useMemo(() => new OpenFile(session.transport, store.projectId, path), [store, path]);
  const written = file?.writes ?? 0;
  useEffect(() => () => open.close(), [open]);
  useEffect(() => {
    if (written > 0 || isFinal(snapshot.status)) void open.load();
  }, [open, written]);
  const diagnostics = useDiagnostics(store, path);
  const content = open.content.value;
  const typed = useTyped(open, content, live ? tailText(snapshot.typed) : null);
  const { location } = programsOf(session);

  if (typed !== null) {
    return (
      <div class="af-file" data-live="">
        <Code key="code" path={path} text={typed} label={t("view.file.label", { name: path })} live />
        <p class="af-filebar af-live-note">
          <Icon name="pen" />
          {t("view.file.live")}
        </p>
      </div>
    );
  }
  if (content.state !== "ready" || content.kind !== "text") {
    return (
      <div class="af-file">
        <NoText path={path} content={content} />
      </div>
    );
  }
  const mayEdit = isFinal(snapshot.status) && !content.cut;
  return (
    <div class="af-file">
      {content.cut && <p class="af-filebar">{t("view.file.large", { size: formatSize(content.size) })}</p>}
      <Code
        key="code"
        path={path}
        text={open.edited.value ?? content.text}
        label={t("view.file.label", { name: path })}
        diagnostics={diagnostics}
        line={location.value?.path === path ? location.value.line : null}
        onLine={() => {
          location.value = null;
        }}
        {...(mayEdit ? { onChange: (text: string) => open.edit(text), onSave: () => void open.save() } : {})}
      />
      <Findings
        diagnostics={diagnostics}
        onLine={(line) => {
          location.value = { path, line };
        }}
      />
      <SaveBar open={open} />
    </div>
  );
}

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
  if (content.state === "loading") {
    return (
      <p class="af-quiet" aria-busy="true">
        {t("view.file.loading", { name: path })}
      </p>
    );
  }
  if (content.state === "error") {
    const gone = content.error.status === 404;
    return (
      <p class="af-quiet">
        {gone ? t("view.file.gone") : errorText(content.error.reason, content.error.message)}
      </p>
    );
  }
  if (content.kind === "image") {
    return <Picture key={content.url} url={content.url} alt={path} size={content.size} />;
  }
  if (content.kind === "binary") {
    return (
      <p class="af-quiet">{t("view.file.binary", { type: content.type, size: formatSize(content.size) })}</p>
    );
  }
  return null;
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
          </li>
        ))}
      </ul>
    </details>
  );
}

function SaveBar({ open }: { open: OpenFile }): JSX.Element | null {
  const dirty = open.edited.value !== null;
  const failure = open.failure.value;
  if (open.conflict.value) {
    return (
      <div class="af-filebar af-conflict" role="alert">
        <span>{t("view.file.conflict")}</span>
        <button type="button" class="af-btn" onClick={() => void open.discard()}>
          {t("action.reload")}
        </button>
        <button type="button" class="af-btn" onClick={() => void open.overwrite()}>
          {t("action.overwrite")}
        </button>
      </div>
    );
  }
  if (failure) {
    return (
      <div class="af-filebar af-conflict" role="alert">
        <span>{errorText(failure.reason, failure.message)}</span>
        <button type="button" class="af-btn" onClick={() => void open.save()}>
          {t("action.save")}
        </button>
      </div>
    );
  }
  if (!dirty)
    return open.saved.value ? (
      <p class="af-filebar" role="status">
        {t("view.file.saved")}
      </p>
    ) : null;
  return (
    <div class="af-filebar">
      <span>{t("view.file.unsaved")}</span>
      <button type="button" class="af-btn" onClick={() => void open.discard()}>
        {t("action.undo")}
      </button>
      <button
        type="button"
        class="af-btn af-primary"
        disabled={open.saving.value}
        onClick={() => void open.save()}>
        {t("action.save")}
      </button>
    </div>
  );
}
