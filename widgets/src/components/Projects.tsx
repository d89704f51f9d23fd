/** Earlier projects: what they are, how they ended, and to open or delete them. */

import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { UNDO_MS } from "../state/removals";
import { asApiError, type Session } from "../state/session";
import type { ApiError, ProjectSummary } from "../transport/types";
import { errorText, formatAge, t, type TextKey } from "../i18n";
import { Icon } from "./icons";

export function Projects({ session }: { session: Session }): JSX.Element {
  const [projects, setProjects] = useState<ProjectSummary[] | null>(null);
  const [failure, setFailure] = useState<ApiError | null>(null);

  useEffect(() => {
    let gone = false;
    session.transport.projects().then(
      (found) => !gone && setProjects(found),
      (error: unknown) => !gone && setFailure(asApiError(error)),
    );
    return () => {
      gone = true;
    };
  }, [session]);

  const { waiting, gone } = session.removals;
  const shown = projects?.filter((project) => !gone.value.has(project.project_id));
  const close = (): void => {
    session.drawer.value = false;
  };

  return (
    <section
      class="af-drawer"
      aria-label={t("projects.title")}
      onKeyDown={(event) => {
        if (event.key === "Escape") close();
      }}
    >
      <header class="af-cap">
        <h4>{t("projects.title")}</h4>
        <button type="button" class="af-tool" aria-label={t("action.close")} title={t("action.close")} onClick={close}>
          <Icon name="cross" />
        </button>
      </header>
      {failure && <p class="af-quiet" role="alert">{errorText(failure.reason, failure.message)}</p>}
      {!projects && !failure && <p class="af-quiet" aria-busy="true">{t("projects.loading")}</p>}
      {shown?.length === 0 && <p class="af-quiet">{t("projects.none")}</p>}
      <ul>
        {shown?.map((project) => (
          <li key={project.project_id} data-status={project.status}>
            {waiting.value.has(project.project_id) ? (
              <Leaving session={session} project={project} />
            ) : (
              <ProjectLine
                project={project}
                current={session.store.value?.projectId === project.project_id}
                onOpen={() => {
                  session.prompt.value = "";
                  session.show(project.project_id);
                  close();
                }}
                onDelete={() => session.removals.ask(session.transport, project.project_id)}
              />
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** A project that is about to be deleted. */
function Leaving({ session, project }: { session: Session; project: ProjectSummary }): JSX.Element {
  const undo = useRef<HTMLButtonElement>(null);
  // The button that was pressed is gone; whoever uses the keyboard finds the way back under the fingers.
  useEffect(() => undo.current?.focus(), []);
  const { project_id: id, project_name: name } = project;
  return (
    <div class="af-confirm" role="status">
      <span>{t("projects.leaving", { name, seconds: UNDO_MS / 1000 })}</span>
      <button type="button" class="af-btn" ref={undo} onClick={() => session.removals.undo(id)}>{t("projects.undo")}</button>
      <button type="button" class="af-btn af-danger" onClick={() => void session.removals.now(id)}>{t("projects.now")}</button>
    </div>
  );
}

interface LineProps {
  project: ProjectSummary;
  current: boolean;
  onOpen(): void;
  onDelete(): void;
}

function ProjectLine({ project, current, onOpen, onDelete }: LineProps): JSX.Element {
  const status = `status.${project.status}` as TextKey;
  return (
    <>
      <button type="button" class="af-project" aria-label={t("projects.open", { name: project.project_name })} aria-current={current} onClick={onOpen}>
        <i class="af-dot" data-status={project.status} aria-hidden="true" />
        <span class="af-name">
          {project.title && <b>{project.title}</b>} <small>{project.project_name}</small>
        </span>
        <span class="af-project-facts">
          {current ? t("projects.current") : t(status)} · {formatAge(project.created_at)} · {t("projects.files", { count: project.file_count })}
        </span>
      </button>
      <button type="button" class="af-tool" aria-label={t("projects.delete", { name: project.project_name })} title={t("action.delete")} onClick={onDelete}>
        <Icon name="trash" />
      </button>
    </>
  );
}
