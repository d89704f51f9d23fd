/** After the end of a run: an artifact can be edited, and the phases after it run again. */

import type { ComponentChildren, JSX } from "preact";
import { t } from "../i18n";
import { artifactName, phaseOfKind } from "../model/phases";
import type { Artifact } from "../model/types";
import type { Session } from "../session/session";
import { ArtifactEditor } from "./ArtifactEditor";
import { Button } from "./Button";

interface ReviseProps {
  session: Session;
  artifact: Artifact;
  /** Shown while the artifact is not being edited. */
  children: ComponentChildren;
}

export function Revise({ session, artifact, children }: ReviseProps): JSX.Element {
  const { kind } = artifact;
  const other =
    session.revising.value !== null && session.revising.value !== kind && session.draft.value !== null;
  // A lesson is a prepared run: an edit does not change it, and the person is told so before waiting for it.
  const isLesson = session.store.value?.current.engine === "lessons";
  if (session.revising.value === kind) {
    return (
      <>
        <ArtifactEditor session={session} artifact={artifact} />
        <div class="af-filebar">
          <span>{t(isLesson ? "revise.help.lesson" : "revise.help")}</span>
          <Button onClick={() => session.revise(null)}>{t("revise.drop")}</Button>
          <Button
            primary
            disabled={session.pending.value.has("regenerate")}
            onClick={() => session.regenerate()}>
            {t("revise.go")}
          </Button>
        </div>
      </>
    );
  }
  const take = (): void => {
    session.following.value = false;
    session.revise(kind);
  };
  return (
    <>
      {children}
      <div class="af-filebar">
        {/* One at a time: taking this one up would lay the other one down, with what was changed in it. */}
        <span>{other ? t("revise.other", { name: nameOf(session, session.revising.value) }) : ""}</span>
        <Button icon="pen" disabled={other} onClick={take}>
          {t("revise.edit", { name: nameOf(session, kind) })}
        </Button>
      </div>
    </>
  );
}

function nameOf(session: Session, kind: string | null): string {
  const info = kind === null ? undefined : phaseOfKind(session.phases, kind);
  return info ? artifactName(info) : (kind ?? "");
}
