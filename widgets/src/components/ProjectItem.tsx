/** One project in the list: its picture, its facts, and its actions. */

import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { formatAge, formatSize, t, type TextKey } from "../i18n";
import type { ProjectSummary } from "../model/entities";
import { isApiError } from "../model/errors";
import { nameOf, TITLE_LIMIT } from "../session/projectList";
import { UNDO_MS } from "../session/pendingDeletions";
import { countChars, type Session } from "../session/session";
import { Icon } from "./Icon";
import { Tool } from "./Tool";

interface Props {
  session: Session;
  project: ProjectSummary;
  onOpened(): void;
}

export function ProjectItem({ session, project, onOpened }: Props): JSX.Element {
  const { project_id: id } = project;
  const [renaming, setRenaming] = useState(false);
  const leaving = session.deletions.waiting.value.has(id);
  const picked = session.projectList.picked.value.includes(id);
  return (
    <li data-status={project.status} data-project={id} data-picked={picked ? "" : undefined}>
      {leaving && <Leaving session={session} project={project} />}
      {!leaving && (
        <>
          <Picture session={session} project={project} />
          {renaming ? (
            <Renaming session={session} project={project} onDone={() => setRenaming(false)} />
          ) : (
            <Line
              session={session}
              project={project}
              onOpened={onOpened}
              onRename={() => setRenaming(true)}
            />
          )}
        </>
      )}
    </li>
  );
}

interface LineProps extends Props {
  onRename(): void;
}

function Line({ session, project, onOpened, onRename }: LineProps): JSX.Element {
  const { projectList, deletions } = session;
  const id = project.project_id;
  const name = project.project_name;
  const current = session.store.value?.projectId === id;
  const [zipping, setZipping] = useState(false);
  const open = (): void => {
    if (!current) session.prompt.value = "";
    session.show(id);
    projectList.compare(null);
    onOpened();
  };
  const zip = async (): Promise<void> => {
    setZipping(true);
    await projectList.zip(id);
    setZipping(false);
  };
  const state = project.request_status ?? project.status;
  const facts = [
    current ? t("projects.current") : t(`status.${state}` as TextKey),
    formatAge(project.created_at),
    t("projects.files", { count: project.file_count }),
    ...(project.size_bytes === undefined ? [] : [formatSize(project.size_bytes)]),
  ].join(" · ");
  const label = project.title ? `${project.title} ${name}` : name;
  return (
    <>
      <div class="af-project">
        <button
          type="button"
          class="af-name"
          aria-label={t("projects.open", { name: label })}
          aria-description={facts}
          aria-current={current}
          onClick={open}>
          <b>{nameOf(project)}</b> {project.title && <small>{name}</small>}
        </button>
        <span class="af-project-facts">
          <i class="af-dot" data-status={state} aria-hidden="true" />
          {facts}
        </span>
      </div>
      <span class="af-project-tools">
        <Tool
          icon="compare"
          label={t("projects.pick", { name })}
          pressed={projectList.picked.value.includes(id)}
          onClick={() => projectList.pick(id)}
        />
        <Tool icon="pen" label={t("projects.rename", { name })} onClick={onRename} />
        <Tool
          icon="archive"
          label={t("projects.zip", { name })}
          disabled={zipping}
          onClick={() => void zip()}
        />
        <Tool
          icon="trash"
          label={t("projects.delete", { name })}
          onClick={() => deletions.schedule(session.transport, id)}
        />
      </span>
    </>
  );
}

/** The first picture of the program's window, fetched when the row becomes visible. */
function Picture({ session, project }: { session: Session; project: ProjectSummary }): JSX.Element {
  const box = useRef<HTMLSpanElement>(null);
  const [url, setUrl] = useState("");
  const { project_id: id, has_thumbnail: has } = project;
  useEffect(() => {
    if (!has || !box.current) return;
    const giveUp = new AbortController();
    let made = "";
    const fetchIt = async (): Promise<void> => {
      try {
        const picture = await session.transport.thumbnail(id, giveUp.signal);
        if (giveUp.signal.aborted) return;
        made = URL.createObjectURL(picture);
        setUrl(made);
      } catch (error) {
        // The picture or the row is gone: the list is complete without it.
        if (!isApiError(error) && !giveUp.signal.aborted) throw error;
      }
    };
    const stop = whenSeen(box.current, () => void fetchIt());
    return () => {
      stop();
      giveUp.abort();
      if (made) URL.revokeObjectURL(made);
    };
  }, [session, id, has]);
  return (
    <span class="af-picture" ref={box}>
      {url ? (
        <img src={url} alt={t("projects.picture", { name: nameOf(project) })} />
      ) : (
        <Icon name={has ? "spark" : "terminal"} />
      )}
    </span>
  );
}

function whenSeen(element: Element, then: () => void): () => void {
  if (typeof IntersectionObserver === "undefined") {
    then();
    return () => undefined;
  }
  const observer = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    observer.disconnect();
    then();
  });
  observer.observe(element);
  return () => observer.disconnect();
}

interface RenamingProps {
  session: Session;
  project: ProjectSummary;
  onDone(): void;
}

function Renaming({ session, project, onDone }: RenamingProps): JSX.Element {
  const field = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(nameOf(project));
  const [busy, setBusy] = useState(false);
  const length = countChars(text.trim());
  const wrong = length < 1 || length > TITLE_LIMIT;
  useEffect(() => field.current?.select(), []);
  // The field is removed; the focus returns to the button that opened it.
  const done = (): void => {
    const line = field.current?.closest("li");
    onDone();
    requestAnimationFrame(() => line?.querySelectorAll<HTMLElement>(".af-project-tools button")[1]?.focus());
  };
  const save = async (): Promise<void> => {
    if (wrong || busy) return;
    setBusy(true);
    const renamed = await session.projectList.rename(project.project_id, text);
    setBusy(false);
    if (renamed) done();
    else field.current?.focus();
  };
  return (
    <form
      class="af-renaming"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
      onKeyDown={(event) => {
        // While an input method is composing, both keys belong to it.
        if (event.isComposing || event.keyCode === 229) return;
        const isSave = event.key === "Enter" && event.target === field.current;
        if (event.key !== "Escape" && !isSave) return;
        // Some pages (JupyterLab) intercept Enter in a form.
        event.preventDefault();
        event.stopPropagation();
        if (isSave) void save();
        else done();
      }}>
      <input
        ref={field}
        value={text}
        aria-label={t("projects.rename.field")}
        aria-invalid={wrong}
        onInput={(event) => setText(event.currentTarget.value)}
      />
      <button type="submit" class="af-btn af-primary" disabled={wrong || busy}>
        {t("projects.rename.save")}
      </button>
      <button type="button" class="af-btn" onClick={done}>
        {t("projects.rename.cancel")}
      </button>
      {wrong && <p role="alert">{t("projects.rename.length", { limit: TITLE_LIMIT })}</p>}
    </form>
  );
}

/** A project that is about to be deleted. */
function Leaving({ session, project }: { session: Session; project: ProjectSummary }): JSX.Element {
  const undo = useRef<HTMLButtonElement>(null);
  // The pressed button is removed; the focus goes to Undo.
  useEffect(() => undo.current?.focus(), []);
  const id = project.project_id;
  return (
    <div class="af-confirm" role="status">
      <span>{t("projects.leaving", { name: nameOf(project), seconds: UNDO_MS / 1000 })}</span>
      <button type="button" class="af-btn" ref={undo} onClick={() => session.deletions.undo(id)}>
        {t("projects.undo")}
      </button>
      <button type="button" class="af-btn af-danger" onClick={() => void session.deletions.deleteNow(id)}>
        {t("projects.now")}
      </button>
    </div>
  );
}
