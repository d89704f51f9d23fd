/** The changed places of one file, each of which can be put into the newest version. */

import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { t } from "../i18n";
import { type ComparedFile, type Hunk, type HunkLine, linesOf } from "../model/versions";
import { Quiet } from "./Quiet";
import { TwoClicks } from "./TwoClicks";

interface HunksProps {
  file: ComparedFile;
  /** The names of the version that the text is used of, and of the newest; null where nothing can be used. */
  use: { from: string; into: string } | null;
  onUse(hunk: Hunk | null): Promise<unknown>;
}

export function Hunks({ file, use, onUse }: HunksProps): JSX.Element {
  const whole = use && (
    <TwoClicks
      label={t("versions.use.file", use)}
      question={t("versions.use.file.sure", { ...use, path: file.path })}
      confirm={t("versions.use.yes")}
      cancel={t("versions.use.no")}
      onConfirm={() => onUse(null)}
    />
  );
  return (
    <div class="af-hunks">
      <header class="af-hunk-head">
        <b class="af-name">{file.path}</b>
        {whole}
      </header>
      {file.hunks.length === 0 && <Quiet text={t(file.cut ? "versions.cut" : "versions.no.hunks")} />}
      {file.hunks.map((hunk) => (
        <section class="af-hunk" key={`${hunk.id} ${hunk.old_start}`} aria-label={placeOf(hunk)}>
          <header class="af-hunk-head">
            <span>{placeOf(hunk)}</span>
            {use && (
              <TwoClicks
                label={t("versions.use.hunk", use)}
                question={t("versions.use.hunk.sure", use)}
                confirm={t("versions.use.yes")}
                cancel={t("versions.use.no")}
                onConfirm={() => onUse(hunk)}
              />
            )}
          </header>
          <Lines hunk={hunk} />
        </section>
      ))}
    </div>
  );
}

/** Where a hunk is, in the newer text; without the lines around it. */
function placeOf(hunk: Hunk): string {
  const numbers = linesOf(hunk)
    .filter((line) => line.mark === "+")
    .map((line) => line.number!);
  const first = numbers[0] ?? hunk.new_start;
  const last = numbers.at(-1) ?? first;
  return first === last ? t("versions.line", { first }) : t("versions.lines", { first, last });
}

function Lines({ hunk }: { hunk: Hunk }): JSX.Element {
  const lines = useMemo(() => linesOf(hunk), [hunk]);
  return (
    <div class="af-hunk-lines" tabIndex={0} role="group" aria-label={placeOf(hunk)}>
      <div>
        {lines.map((line, index) => (
          <div class="af-l" key={index} data-mark={line.mark}>
            <i>{line.mark === "-" ? "" : line.number}</i>
            <s>{SIGNS[line.mark]}</s>
            <Text line={line} />
          </div>
        ))}
      </div>
    </div>
  );
}

const SIGNS = { " ": " ", "+": "+", "-": "−", "\\": "" } as const;

function Text({ line: { mark, text, changed } }: { line: HunkLine }): JSX.Element {
  if (mark === "\\") return <em>{t("versions.no.newline")}</em>;
  if (!changed) return <code>{text}</code>;
  const [from, to] = changed;
  return (
    <code>
      {text.slice(0, from)}
      <mark>{text.slice(from, to)}</mark>
      {text.slice(to)}
    </code>
  );
}
