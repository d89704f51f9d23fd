/** The figures that a program showed, beside its output. */

import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Figure } from "../api/program";
import { t } from "../i18n";
import type { ProgramRun } from "../program/run";
import { Picture } from "./Picture";

export function Figures({ run }: { run: ProgramRun }): JSX.Element | null {
  const figures = run.figures.value;
  if (figures.length === 0) return null;
  return (
    <div class="af-figures" role="group" aria-label={t("run.figures")} tabIndex={0}>
      {figures.map((figure) => (
        <OneFigure key={figure.number} figure={figure} />
      ))}
    </div>
  );
}

function OneFigure({ figure }: { figure: Figure }): JSX.Element {
  const name = t("run.figure", { number: figure.number });
  const [url, setUrl] = useState("");
  useEffect(() => {
    const made = URL.createObjectURL(figure.image);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [figure.image]);
  return (
    <div data-figure={figure.number}>
      {url && <Picture url={url} alt={name} title={name} size={figure.image.size} />}
    </div>
  );
}
