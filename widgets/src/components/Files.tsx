/** The left column: the files on disk, then the file that is being typed, then the planned ones. */

import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { formatSize, t } from "../i18n";
import { isChange } from "../model/change";
import { isFinal } from "../model/fold";
import { planOf } from "../model/phases";
import { isOnDisk } from "../model/tree";
import type { Snapshot } from "../model/types";
import type { Session } from "../session/session";
import { Icon } from "./Icon";
import { Splitter } from "./Splitter";
import { Tree } from "./Tree";

export function Files({ session }: { session: Session }): JSX.Element {
  const store = session.store.value;
  const { count, size } = useMemo(
    () => total(store?.snapshot.files ?? {}),
    [store, store?.filesRevision.value],
  );
  return (
    <section class="af-files" aria-label={t("files.title")}>
      <header class="af-cap">
        <h4>{t("files.title")}</h4>
        {count > 0 && <span>{t("files.count", { count, size: formatSize(size) })}</span>}
      </header>
      {count === 0 && <p class="af-quiet">{t("files.none")}</p>}
      <Tree session={session} />
      <Next session={session} />
      <Splitter panel="files" edge="right" />
    </section>
  );
}

function total(files: Snapshot["files"]): { count: number; size: number } {
  const sum = { count: 0, size: 0 };
  for (const path in files) {
    const file = files[path]!;
    if (!isOnDisk(file) || file.type !== "file") continue;
    sum.count++;
    sum.size += file.size_bytes;
  }
  return sum;
}

/** The files that are not on disk yet, so not in the tree. */
function Next({ session }: { session: Session }): JSX.Element | null {
  const snapshot = session.store.value?.current;
  // In a change they have their places in the tree.
  if (!snapshot || isFinal(snapshot.status) || isChange(snapshot)) return null;
  const { typing } = snapshot;
  const waiting = (planOf(snapshot)?.files ?? []).filter(
    ({ path }) => path !== typing && !snapshot.files[path],
  );
  if (typing === null && waiting.length === 0) return null;
  return (
    <div class="af-next">
      <h4>{t("files.next")}</h4>
      <ul>
        {typing !== null && (
          <li>
            <button
              type="button"
              class="af-typing"
              data-typing={typing}
              aria-current={session.tab.value === "file" && session.path.value === typing}
              onClick={() => session.openTab("file", typing)}>
              <Icon name="pen" />
              <span class="af-name">{typing}</span>
              <em>{t("files.typing")}</em>
            </button>
          </li>
        )}
        {waiting.slice(0, 12).map((file) => (
          <li key={file.path} title={file.purpose}>
            <Icon name="file" />
            <span class="af-name">{file.path}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
