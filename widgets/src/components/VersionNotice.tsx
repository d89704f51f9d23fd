/** Says that a save went to a version of its own, as others were made from the one that was open. */

import type { JSX } from "preact";
import { t } from "../i18n";
import type { Session } from "../session/session";
import { versionsOf } from "../session/versions";
import { Button } from "./Button";
import { Notice } from "./Notice";

export function VersionNotice({ session }: { session: Session }): JSX.Element | null {
  const versions = versionsOf(session);
  const moved = versions.moved.value;
  const store = session.store.value;
  const version = store?.current.version;
  if (!moved || !version || moved.projectId !== store.projectId) return null;
  const from = moved.from === null ? t("versions.moved.earlier") : `v${moved.from}`;
  return (
    <Notice
      kind="plain"
      icon="branch"
      role="status"
      title={t("versions.moved", { version: version.version, from })}
      help={t("versions.moved.help", { from })}>
      <Button
        onClick={() => {
          versions.moved.value = null;
        }}>
        {t("action.dismiss")}
      </Button>
    </Notice>
  );
}
