/** The specification or the plan in the reader's hands: text with a preview beside it. */

import type { JSX } from "preact";
import type { Session } from "../state/session";
import type { Artifact } from "../types";
import { t } from "../i18n";
import { Code } from "./Code";
import { Markdown } from "./Markdown";

export function ArtifactEditor({ session, artifact }: { session: Session; artifact: Artifact }): JSX.Element {
  const draft = session.draft.value ?? artifact;
  const change = (markdown: string): void => {
    // The fields are read out of the text again on the other side, unless the text is as it came.
    session.draft.value = markdown === artifact.markdown ? null : withText(artifact, markdown);
  };
  return (
    <div class="af-editor" data-dirty={session.draft.value ? "" : undefined}>
      <div class="af-editor-text">
        <Code path={`${artifact.kind}.md`} text={draft.markdown} label={t("edit.text")} onChange={change} />
      </div>
      <div class="af-sheet" tabIndex={0} aria-label={t("action.preview")} role="region">
        <Markdown text={draft.markdown} />
      </div>
    </div>
  );
}

function withText(artifact: Artifact, markdown: string): Artifact {
  return { ...artifact, markdown };
}
