/** One project in the list, by its newest version: its picture, its facts, and its actions. */

import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { formatAge, formatSize, t, type TextKey } from "../i18n";
import { UNDO_MS } from "../session/pendingDeletions";
import { type Family, nameOf, TITLE_LIMIT } from "../session/projectList";
import type { Session } from "../session/session";
import { Button } from "./Button";
import { Icon } from "./Icon";
import { NameField } from "./NameField";
import { Thumbnail } from "./Thumbnail";
import { Tool } from "./Tool";

interface FamilyProps {
  session: Session;
  family: Family;
}

interface Props extends FamilyProps {
  onOpened(): void;
}

export function ProjectItem({ session, family, onOpened }: Props): JSX.Element {
  const project = family.newest;
  const { project_id: id } = project;
  const [mode, setMode] = useState<"line" | "renaming" | "which">("line");
  const row = useRef<HTMLLIElement>(null);
  const leaving = session.deletions.waiting.value.has(id);
  const picked = session.projectList.picked.value.includes(id);
  // What is shown instead of the line is removed; the focus returns to the button that opened it.
  const back = (tool: number): void => {
    setMode("line");
    requestAnimationFrame(() =>
      row.current?.querySelectorAll<HTMLElement>(".af-project-tools button")[tool]?.focus(),
    );
  };
  const schedule = (): void => {
    if (family.versions.length > 1) setMode("which");
    else session.deletions.schedule(session.transport, id);
  };
  return (
    <li ref={row} data-status={project.status} data-project={id} data-picked={picked ? "" : undefined}>
      {leaving ? (
        <Leaving session={session} family={family} />
      ) : (
        <>
          <Thumbnail session={session} projectId={id} name={nameOf(project)} has={project.has_thumbnail}>
            <Icon name={project.has_thumbnail ? "spark" : "terminal"} />
          </Thumbnail>
          {mode === "renaming" && (
            <NameField
              label={t("projects.rename.field")}
              value={nameOf(project)}
              least={1}
              limit={TITLE_LIMIT}
              save={t("projects.rename.save")}
              cancel={t("projects.rename.cancel")}
              onSave={(text) => session.projectList.rename(id, text)}
              onDone={() => back(1)}
            />
          )}
          {mode === "which" && <Which session={session} family={family} onDone={() => back(3)} />}
          {mode === "line" && (
            <Line
              session={session}
              family={family}
              onOpened={onOpened}
              onRename={() => setMode("renaming")}
              onDelete={schedule}
            />
          )}
        </>
      )}
    </li>
  );
}

interface LineProps extends Props {
  onRename(): void;
  onDelete(): void;
}

function Line({ session, family, onOpened, onRename, onDelete }: LineProps): JSX.Element {
  const { projectList } = session;
  const { newest: project, versions } = family;
  const id = project.project_id;
  const name = project.project_name;
  const shownId = session.store.value?.projectId;
  const current = versions.some((one) => one.project_id === shownId);
  const [zipping, setZipping] = useState(false);
  const open = (): void => {
    if (shownId !== id) session.prompt.value = "";
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
    ...(versions.length > 1 ? [t("projects.versions", { count: versions.length })] : []),
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
        <Tool icon="trash" label={t("projects.delete", { name })} onClick={onDelete} />
      </span>
    </>
  );
}

/** Which versions are to go: asked where there are several. */
function Which({ session, family, onDone }: FamilyProps & { onDone(): void }): JSX.Element {
  const first = useRef<HTMLButtonElement>(null);
  useEffect(() => first.current?.focus(), []);
  const { newest, versions } = family;
  const name = `v${newest.version}`;
  const schedule = (all: boolean): void => {
    onDone();
    session.deletions.schedule(
      session.transport,
      newest.project_id,
      all ? versions.map((one) => one.project_id) : [],
    );
  };
  return (
    <div
      class="af-confirm"
      role="group"
      aria-label={t("projects.which", { name: nameOf(newest) })}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        onDone();
      }}>
      <span role="status">{t("projects.which", { name: nameOf(newest) })}</span>
      <Button element={first} onClick={onDone}>
        {t("projects.which.none")}
      </Button>
      <Button class="af-danger" onClick={() => schedule(false)}>
        {t("projects.which.one", { name })}
      </Button>
      <Button class="af-danger" onClick={() => schedule(true)}>
        {t("projects.which.all", { count: versions.length })}
      </Button>
    </div>
  );
}

/** What is about to be deleted. */
function Leaving({ session, family }: FamilyProps): JSX.Element {
  const undo = useRef<HTMLButtonElement>(null);
  // The pressed button is removed; the focus goes to Undo.
  useEffect(() => undo.current?.focus(), []);
  const { newest, versions } = family;
  const id = newest.project_id;
  const values = { name: nameOf(newest), version: newest.version ?? 1, seconds: UNDO_MS / 1000 };
  const isWhole = versions.length === 1 || session.deletions.isFamily(id);
  return (
    <div class="af-confirm" role="status">
      <span>{t(isWhole ? "projects.leaving" : "projects.leaving.version", values)}</span>
      <Button element={undo} onClick={() => session.deletions.undo(id)}>
        {t("projects.undo")}
      </Button>
      <Button class="af-danger" onClick={() => session.deletions.deleteNow(id)}>
        {t("projects.now")}
      </Button>
    </div>
  );
}
