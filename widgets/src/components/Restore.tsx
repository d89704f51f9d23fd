/** Below a file that a person changed: the way back to what was generated, for it or for all of them. */

import type { JSX } from "preact";
import { t } from "../i18n";
import { isFinal } from "../model/fold";
import type { ProjectStore } from "../model/store";
import type { OpenFile } from "../session/openFile";
import type { Session } from "../session/session";
import { versionsOf } from "../session/versions";
import { Quiet } from "./Quiet";
import { TwoClicks } from "./TwoClicks";

interface RestoreProps {
  session: Session;
  store: ProjectStore;
  open: OpenFile;
}

export function Restore({ session, store, open }: RestoreProps): JSX.Element | null {
  const versions = versionsOf(session);
  const edited = versions.edited.value;
  const count = edited.length;
  // Unsaved text has buttons of its own in this place.
  if (!isFinal(store.current.status) || !edited.includes(open.path) || open.edited.value !== null)
    return null;
  const texts = { confirm: t("restore.yes"), cancel: t("restore.no") };
  return (
    <div class="af-filebar af-restore">
      <span>{t("restore.differs")}</span>
      <TwoClicks
        {...texts}
        label={t("restore.file")}
        question={t("restore.file.sure")}
        onConfirm={() => versions.restore(open.path)}
      />
      {count > 1 && (
        <TwoClicks
          {...texts}
          label={t("restore.all", { count })}
          question={t("restore.all.sure", { count })}
          onConfirm={() => versions.restore()}
        />
      )}
      {versions.failure.value && <Quiet failure={versions.failure.value} />}
    </div>
  );
}
