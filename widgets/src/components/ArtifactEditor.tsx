/**
 * The specification or the plan in the reader's hands: its text with a preview beside it, its fields, what
 * was changed.
 */

import type { JSX } from "preact";
import { useLayoutEffect, useState } from "preact/hooks";
import { t, type TextKey } from "../i18n";
import { type FieldName, fieldsOf, fieldText, sameArtifact, withField } from "../model/artifactFields";
import type { Artifact } from "../model/types";
import type { Session } from "../session/session";
import { Code } from "./Code";
import { Diff } from "./Diff";
import { Markdown } from "./Markdown";
import { Ways } from "./Ways";

const WAYS = ["text", "fields", "preview", "diff"] as const;
type Way = (typeof WAYS)[number];
const WAY_TITLES: Record<Way, TextKey> = {
  text: "edit.text",
  fields: "edit.fields",
  preview: "action.preview",
  diff: "edit.diff",
};

export function ArtifactEditor({ session, artifact }: { session: Session; artifact: Artifact }): JSX.Element {
  const [way, setWay] = useState<Way>("text");
  const edited = session.draft.value?.kind === artifact.kind ? session.draft.value : null;
  const draft = edited ?? artifact;
  const ways = WAYS.filter((name) => name !== "fields" || fieldsOf(artifact).length > 0);
  const change = (next: Artifact): void => {
    session.draft.value = sameArtifact(next, artifact) ? null : next;
  };
  return (
    <div class="af-editor" data-way={way}>
      <Ways ways={ways} titles={WAY_TITLES} way={way} label={t("edit.ways")} onChoose={setWay}>
        {edited && <span class="af-changed">{t("edit.changed")}</span>}
      </Ways>
      {way === "text" && (
        <div class="af-editor-text">
          <Code
            path={`${artifact.kind}.md`}
            text={draft.markdown}
            label={t("edit.text")}
            onChange={(markdown) => change({ ...draft, markdown })}
          />
        </div>
      )}
      {way === "fields" && <Fields draft={draft} onChange={change} />}
      {way === "diff" && (
        <Diff path={`${artifact.kind}.md`} before={artifact.markdown} after={draft.markdown} />
      )}
      {(way === "text" || way === "preview") && (
        <div class="af-sheet" tabIndex={0} role="region" aria-label={t("action.preview")}>
          <Markdown text={draft.markdown} />
        </div>
      )}
    </div>
  );
}

const FIELD_TITLES: Record<FieldName, TextKey> = {
  title: "edit.title",
  features: "edit.features",
  agreements: "edit.agreements",
  files: "edit.files",
  dependencies: "edit.dependencies",
};

function Fields({ draft, onChange }: { draft: Artifact; onChange: (next: Artifact) => void }): JSX.Element {
  return (
    <div class="af-fields">
      <p class="af-help">{t("edit.both")}</p>
      {fieldsOf(draft).map((field) => (
        <Field key={field} field={field} draft={draft} onChange={onChange} />
      ))}
    </div>
  );
}

interface FieldProps {
  field: FieldName;
  draft: Artifact;
  onChange(next: Artifact): void;
}

/**
 * Keeps what is typed as it is typed: an empty line is lost in the artifact, but not under the reader's
 * hands.
 */
function Field({ field, draft, onChange }: FieldProps): JSX.Element {
  const [text, setText] = useState(() => fieldText(draft, field));
  useLayoutEffect(() => {
    // Undone, or changed in the other view: then what is typed here is not what holds.
    const kept = fieldText(withField(draft, field, text), field);
    if (kept !== fieldText(draft, field)) setText(fieldText(draft, field));
  }, [draft]);
  const type = (value: string): void => {
    setText(value);
    onChange(withField(draft, field, value));
  };
  return (
    <label>
      <span>{t(FIELD_TITLES[field])}</span>
      {field === "title" ? (
        <input type="text" value={text} onInput={(event) => type(event.currentTarget.value)} />
      ) : (
        <textarea
          rows={Math.max(3, text.split("\n").length)}
          value={text}
          onInput={(event) => type(event.currentTarget.value)}
        />
      )}
    </label>
  );
}
