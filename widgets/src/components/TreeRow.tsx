/** One file or folder in the tree. */

import type { JSX } from "preact";
import { formatSize, t } from "../i18n";
import type { Row } from "../model/tree";
import { Icon } from "./Icon";

const NEW_FOR_MS = 12_000;

interface Props {
  row: Row;
  selected: boolean;
  /** Whether the Tab key reaches the tree here. */
  tabStop: boolean;
}

export function TreeRow({ row, selected, tabStop }: Props): JSX.Element {
  const { file, folder } = row;
  const mark = markOf(row);
  const size = file ? formatSize(file.size_bytes) : "";
  return (
    <div
      class="af-row"
      role="treeitem"
      data-path={row.path}
      data-mark={mark?.kind}
      aria-label={row.name}
      aria-description={file ? `${mark?.text ?? ""} ${size}`.trim() : undefined}
      aria-level={row.level}
      aria-setsize={row.siblings}
      aria-posinset={row.position}
      aria-selected={selected}
      aria-expanded={folder ? row.open : undefined}
      tabIndex={tabStop ? 0 : -1}
      title={row.path}
      style={{ paddingInlineStart: `${8 + (row.level - 1) * 16}px` }}>
      <Icon name={folder ? "chevron" : "file"} class={row.open ? "af-turned" : ""} />
      <span class="af-name">{row.name}</span>
      {/* Shown by the stylesheet: as text it would be part of the row's name. */}
      <em aria-hidden="true" data-text={mark?.text ?? size} />
    </div>
  );
}

function markOf({ file }: Row): { kind: string; text: string } | null {
  if (!file) return null;
  if (file.status === "error") return { kind: "error", text: t("files.error") };
  if (file.status === "typing") return { kind: "typing", text: t("files.typing") };
  if (file.writes > 1) return { kind: "changed", text: t("files.changed") };
  const age = Date.now() - Date.parse(file.written_at ?? "");
  return age < NEW_FOR_MS ? { kind: "new", text: t("files.new") } : null;
}
