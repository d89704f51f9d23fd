/** The three phases as a timeline that explains itself. */

import type { JSX } from "preact";
import { now } from "../browser/clock";
import { formatDuration, formatNumber, language, reasonText, t } from "../i18n";
import { PHASES, type PhaseSnapshot, type PhaseStatus, type PhaseType, type Snapshot } from "../model/types";
import type { Session } from "../session/session";
import { Icon, type IconName } from "./Icon";

const MARKS: Partial<Record<string, IconName>> = { completed: "check", failed: "cross", paused: "pause", stopped: "stop" };

export function Phases({ session }: { session: Session }): JSX.Element {
  return (
    <ol class="af-phases" aria-label={t("phase.list")}>
      {PHASES.map((name, index) => (
        <Phase key={name} name={name} order={index + 1} session={session} />
      ))}
    </ol>
  );
}

const DAY_MS = 86_400_000;

type PhaseLook = PhaseStatus | "paused" | "stopped";

interface PhaseProps {
  name: PhaseType;
  order: number;
  session: Session;
}

function Phase({ name, order, session }: PhaseProps): JSX.Element {
  const snapshot = session.store.value?.current;
  const phase = snapshot?.phases[name];
  const status = phase?.status ?? "pending";
  const paused = snapshot?.status === "paused" && name === (snapshot.plan ? "plan" : "specify");
  // To the journal it failed; to whoever ended it, it did as it was told.
  const stopped = snapshot?.status === "cancelled" && status === "failed";
  const look: PhaseLook = paused ? "paused" : stopped ? "stopped" : status;
  const mark = MARKS[look];
  const title = t(`phase.${name}`);
  return (
    <li class="af-phase" data-phase={name} data-status={status} data-look={look}>
      <button
        type="button"
        class="af-phase-open"
        aria-label={t("phase.open", { phase: title, state: t(`phase.${look}`) })}
        aria-pressed={session.openPhase.value === name}
        disabled={status === "pending"}
        onClick={() => {
          session.openPhase.value = session.openPhase.value === name ? null : name;
        }}
      />
      <span class="af-mark" aria-hidden="true">
        {mark ? <Icon name={mark} /> : order}
      </span>
      <div class="af-phase-text">
        <h3>
          {title}
          {language.value === "zh" && <small lang="en">{t(`phase.${name}.en`)}</small>}
          {phase && <time>{elapsed(phase)}</time>}
        </h3>
        <p>{stopped ? t("phase.stopped.about") : about(name, phase, snapshot)}</p>
        {snapshot && phase && status !== "pending" && (
          <p class="af-outcome">
            <span class="af-income">{income(name, snapshot)}</span> <span>{outcome(name, phase, snapshot)}</span>
          </p>
        )}
      </div>
    </li>
  );
}

/** The pipeline's own sentence, which is Chinese; in English the interface's. */
function about(name: PhaseType, phase: PhaseSnapshot | undefined, snapshot: Snapshot | undefined): string {
  if (phase?.status === "failed") return reasonText(snapshot?.reason ?? null) ?? t("phase.failed.about");
  if (language.value === "zh" && phase?.educational_message) return phase.educational_message;
  return t(`phase.${name}.about`);
}

function elapsed(phase: PhaseSnapshot): string {
  if (!phase.started_at) return "";
  const end = phase.completed_at ? Date.parse(phase.completed_at) : phase.status === "active" ? now.value : NaN;
  const ms = end - Date.parse(phase.started_at);
  // A run that was interrupted ends when that is noticed, be it a month later: that is no time that a phase took.
  return Number.isNaN(ms) || ms > DAY_MS ? "" : formatDuration(ms);
}

/** What it was given. */
function income(name: PhaseType, snapshot: Snapshot): string {
  if (name !== "plan") return t(`phase.in.${name}`);
  const count = snapshot.spec?.features.length ?? 0;
  return count ? t("phase.in.plan", { count }) : t("phase.in.plan.plain");
}

function outcome(name: PhaseType, phase: PhaseSnapshot, snapshot: Snapshot): string {
  if (phase.status !== "completed") return "";
  const parts: string[] = [];
  if (name === "specify" && snapshot.spec?.features.length) {
    parts.push(t("phase.out.spec", { count: snapshot.spec.features.length }));
  }
  if (name === "plan" && snapshot.plan?.files.length) {
    parts.push(t("phase.out.plan", { count: snapshot.plan.files.length }));
  }
  if (name === "implement") {
    const count = Object.values(snapshot.files).filter((file) => file.writes > 0).length;
    parts.push(t("phase.out.implement", { count }));
  }
  const tokens = phase.prompt_tokens + phase.completion_tokens;
  if (tokens) parts.push(t("phase.tokens", { count: formatNumber(tokens) }));
  return parts.join(" · ");
}
