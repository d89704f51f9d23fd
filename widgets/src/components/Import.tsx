/** Import a program from elsewhere: by a button, or by dropping it on the list of projects. */

import type { ComponentChildren, JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import { chosenFiles, droppedFiles } from "../browser/droppedFiles";
import { t } from "../i18n";
import { importsOf } from "../session/imports";
import type { Session } from "../session/session";
import { Button } from "./Button";
import { Quiet } from "./Quiet";

interface ImportProps {
  session: Session;
  onImported(): void;
}

export function Import({ session, onImported }: ImportProps): JSX.Element {
  const imports = importsOf(session);
  const input = useRef<HTMLInputElement>(null);
  const add = async (files: FileList | null): Promise<void> => {
    if (await imports.add(chosenFiles(files))) onImported();
  };
  return (
    <>
      <Button
        class="af-small af-import"
        icon="inward"
        title={t("import.hint")}
        disabled={imports.progress.value !== null}
        onClick={() => input.current?.click()}>
        {t("import.button")}
      </Button>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        aria-label={t("import.hint")}
        onChange={(event) => {
          const { currentTarget: field } = event;
          // The same file can be chosen again, after it was corrected.
          void add(field.files).finally(() => {
            field.value = "";
          });
        }}
      />
    </>
  );
}

/** How far an import is, or why it failed. */
export function ImportState({ session }: { session: Session }): JSX.Element | null {
  const imports = importsOf(session);
  const progress = imports.progress.value;
  if (imports.failure.value) return <Quiet failure={imports.failure.value} />;
  if (progress === null) return null;
  const percent = Math.round(progress * 100);
  return (
    <div class="af-importing">
      <span role="status">{t(progress < 1 ? "import.sending" : "import.reading")}</span>
      <progress max={100} value={percent} aria-label={t("import.sending")} />
      <Button class="af-small" onClick={() => imports.cancel()}>
        {t("import.cancel")}
      </Button>
    </div>
  );
}

interface DropTargetProps extends ImportProps {
  children: ComponentChildren;
}

/** Where a program can be dropped. */
export function DropTarget({ session, onImported, children }: DropTargetProps): JSX.Element {
  const [over, setOver] = useState(false);
  const hasFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes("Files") ?? false;
  return (
    <div
      class="af-drop"
      data-over={over ? "" : undefined}
      onDragOver={(event) => {
        if (!hasFiles(event)) return;
        // Without it the browser opens the file; JupyterLab's file browser would upload it.
        event.preventDefault();
        event.stopPropagation();
        setOver(true);
      }}
      onDragLeave={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setOver(false);
      }}
      onDrop={(event) => {
        if (!hasFiles(event)) return;
        event.preventDefault();
        event.stopPropagation();
        setOver(false);
        void droppedFiles(event.dataTransfer)
          .then((found) => importsOf(session).add(found))
          .then((imported) => imported && onImported());
      }}>
      {children}
      <p class="af-drop-line">{t("import.drop")}</p>
    </div>
  );
}
