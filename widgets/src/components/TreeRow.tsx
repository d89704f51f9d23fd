/** One file or folder in the tree. */

import type { JSX } from "preact";
import { formatSize, t } from "../i18n";
import type { Row } from "../model/tree";
import type { Mark } from "../model/treeMarks";
import { Icon } from "./Icon";

interface Props {
  row: Row;
  selected: boolean;
  /** Whether the Tab key reaches the tree here. */
  tabStop: boolean;
  mark: Mark | null;
}

export function TreeRow({ row, selected, tabStop, mark }: Props): JSX.Element {
  const { file, folder } = row;
  const size = file && file.writes > 0 ? formatSize(file.size_bytes) : "";
  const icon = folder ? "chevron" : mark?.kind === "typing" ? "pen" : "file";
  return (
    <div
      class="af-row"
      role="treeitem"
      data-path={row.path}
      data-mark={mark?.kind}
      data-change={mark?.change}
      aria-label={row.name}
      aria-description={file || mark ? `${mark?.text ?? ""} ${size}`.trim() : undefined}
      aria-level={row.level}
      aria-setsize={row.siblings}
      aria-posinset={row.position}
      aria-selected={selected}
      aria-expanded={folder ? row.open : undefined}
      tabIndex={tabStop ? 0 : -1}
      title={row.path}
      style={{ paddingInlineStart: `${8 + (row.level - 1) * 16}px` }}>
      <Icon name={icon} class={row.open ? "af-turned" : ""} />
      <span class="af-name">{row.name}</span>
      {/* Shown by the stylesheet: as text it would be part of the row's name. */}
      {mark?.lines ? <Lines mark={mark} /> : <em aria-hidden="true" data-text={mark?.text ?? size} />}
    </div>
  );
}

function Lines({ mark }: { mark: Mark }): JSX.Element {
  const { added, removed } = mark.lines!;
  return (
    <em aria-hidden="true" data-text={mark.change === "added" ? t("files.new") : ""}>
      {added > 0 && <b data-text={`+${added}`} />}
      {removed > 0 && <i data-text={`−${removed}`} />}
    </em>
  );
}
