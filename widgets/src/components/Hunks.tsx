/** The changed places of one file, each of which can be put into the newest version. */

import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { colouredLines, cutPieces, type Piece } from "../editor/colours";
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
          <Lines path={file.path} hunk={hunk} />
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

function Lines({ path, hunk }: { path: string; hunk: Hunk }): JSX.Element {
  const lines = useMemo(() => {
    const found = linesOf(hunk);
    const [old, next] = [colours(path, found, "+"), colours(path, found, "-")];
    return found.map((line) => ({ ...line, pieces: (line.mark === "-" ? old : next).get(line) ?? [] }));
  }, [path, hunk]);
  return (
    <div class="af-hunk-lines" tabIndex={0} role="group" aria-label={placeOf(hunk)}>
      <div>
        {lines.map((line, index) => (
          <div class="af-l" key={index} data-mark={line.mark}>
            <i>{line.mark === "-" ? "" : line.number}</i>
            <s>{SIGNS[line.mark]}</s>
            <Text line={line} pieces={line.pieces} />
          </div>
        ))}
      </div>
    </div>
  );
}

/** The coloured lines of one of the two texts: of the one that has no lines with the mark `without`. */
function colours(path: string, lines: readonly HunkLine[], without: "+" | "-"): Map<HunkLine, Piece[]> {
  const own = lines.filter(({ mark }) => mark !== without && mark !== "\\");
  const coloured = colouredLines(path, own.map(({ text }) => text).join("\n"));
  return new Map(own.map((line, at) => [line, coloured[at] ?? []]));
}

const SIGNS = { " ": " ", "+": "+", "-": "−", "\\": "" } as const;

function Text({ line: { mark, text, changed }, pieces }: { line: HunkLine; pieces: Piece[] }): JSX.Element {
  if (mark === "\\") return <em>{t("versions.no.newline")}</em>;
  const [from, to] = changed ?? [text.length, text.length];
  return (
    <code>
      <Pieces pieces={cutPieces(pieces, 0, from)} />
      {changed && <mark>{text.slice(from, to)}</mark>}
      <Pieces pieces={cutPieces(pieces, to, text.length)} />
    </code>
  );
}

function Pieces({ pieces }: { pieces: Piece[] }): JSX.Element {
  return (
    <>
      {pieces.map((piece, index) => (
        <span key={index} class={piece.class}>
          {piece.text}
        </span>
      ))}
    </>
  );
}
