/** The phases of a run, in the order of the phase table: what each does, and its result. */

import type { JSX } from "preact";
import { now } from "../browser/clock";
import { formatDuration, formatNumber, language, reasonText, t } from "../i18n";
import { hasFailed, isChange, lineSum, programChanges } from "../model/change";
import { asksFirst } from "../model/questions";
import {
  artifactName,
  artifactPhases,
  isPlan,
  isSpec,
  type PhaseInfo,
  type PhaseTable,
  phaseTitle,
} from "../model/phases";
import { functionsOf } from "../model/plannedFunctions";
import { isOnDisk } from "../model/tree";
import type { PhaseSnapshot, PhaseStatus, Plan, Snapshot } from "../model/types";
import type { Session } from "../session/session";
import { Icon, type IconName } from "./Icon";

const MARKS: Partial<Record<string, IconName>> = {
  completed: "check",
  failed: "cross",
  paused: "pause",
  asking: "question",
  stopped: "stop",
  read: "file",
};

/** Finished phases shrink to a line each; those of a change tell it as a funnel. */
function isCompact(snapshot: Snapshot | undefined): boolean {
  return snapshot !== undefined && (snapshot.status === "completed" || hasFailed(snapshot));
}

export function Phases({ session }: { session: Session }): JSX.Element {
  const snapshot = session.store.value?.current;
  return (
    <ol class="af-phases" data-compact={isCompact(snapshot) ? "" : undefined} aria-label={t("phase.list")}>
      {session.phases.map((info) => (
        <Phase key={info.phase} info={info} session={session} />
      ))}
    </ol>
  );
}

const DAY_MS = 86_400_000;

/** `read`: an import's, which nobody generated; `asking`: it begins when the questions are answered. */
type PhaseState = PhaseStatus | "paused" | "asking" | "stopped" | "read";

function Phase({ info, session }: { info: PhaseInfo; session: Session }): JSX.Element {
  const { phase: name } = info;
  const snapshot = session.store.value?.current;
  const phase = snapshot?.phases[name];
  const status = phase?.status ?? "pending";
  const paused = snapshot?.status === "paused" && snapshot.paused_after === name;
  // In the journal a cancelled phase has failed; the person who cancelled it sees that it stopped.
  // A change that changes nothing has broken nothing either.
  const harmless = snapshot?.status === "cancelled" || snapshot?.reason === "unchanged";
  const stopped = harmless && status === "failed";
  const read = snapshot?.version?.cause === "import";
  const asking = snapshot !== undefined && asksFirst(snapshot) && info === session.phases[0];
  const state: PhaseState = paused
    ? "paused"
    : asking
      ? "asking"
      : stopped
        ? "stopped"
        : read
          ? "read"
          : status;
  const mark = MARKS[state];
  const title = phaseTitle(info);
  const compact = isCompact(snapshot);
  return (
    <li class="af-phase" data-phase={name} data-status={status} data-look={asking ? "paused" : state}>
      <button
        type="button"
        class="af-phase-open"
        aria-label={t("phase.open", { phase: title, state: t(`phase.${state}`) })}
        aria-pressed={session.openPhase.value === name}
        disabled={status === "pending"}
        onClick={() => {
          session.openPhase.value = session.openPhase.value === name ? null : name;
        }}
      />
      <span class="af-mark" aria-hidden="true">
        {mark ? <Icon name={mark} /> : info.sequence_order}
      </span>
      <div class="af-phase-text">
        <h3>
          {title}
          {!compact && language.value === "zh" && <small lang="en">{englishName(name)}</small>}
          {!compact && phase && <time>{elapsed(phase)}</time>}
        </h3>
        {compact && <span class="af-funnel">{funnel(info, phase!, snapshot!)}</span>}
        {!compact && <p>{about(info, phase, snapshot, state)}</p>}
        {!compact && snapshot && phase && state !== "pending" && (
          <p class="af-outcome">
            <span class="af-income">{income(session.phases, info, snapshot)}</span>{" "}
            <span>{outcome(info, phase, snapshot)}</span>
          </p>
        )}
      </div>
    </li>
  );
}

/** The word that code and documentation use: "Specify" for `specify`. */
function englishName(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1).replaceAll("_", " ");
}

/** The event's own sentence, which is Chinese, else the table's. */
function about(
  info: PhaseInfo,
  phase: PhaseSnapshot | undefined,
  snapshot: Snapshot | undefined,
  state: PhaseState,
): string {
  if (state === "stopped") return t("phase.stopped.about");
  if (state === "asking") return t("phase.asking.about");
  if (phase?.status === "failed") return reasonText(snapshot?.reason ?? null) ?? t("phase.failed.about");
  if (language.value === "en") return info.educational_message_en;
  return phase?.educational_message || info.educational_message;
}

function elapsed(phase: PhaseSnapshot): string {
  if (!phase.started_at) return "";
  const end = phase.completed_at
    ? Date.parse(phase.completed_at)
    : phase.status === "active"
      ? now.value
      : NaN;
  const ms = end - Date.parse(phase.started_at);
  // An interrupted run ends when that is noticed, perhaps a month later: no phase took that long.
  return Number.isNaN(ms) || ms > DAY_MS ? "" : formatDuration(ms);
}

/** The input of a phase: the person's sentence, or the artifact of the phase before it. */
function income(table: PhaseTable, info: PhaseInfo, snapshot: Snapshot): string {
  const before = artifactPhases(table).findLast((one) => one.sequence_order < info.sequence_order);
  if (!before) return t("phase.in.prompt");
  const artifact = snapshot.artifacts[before.phase];
  if (isSpec(artifact) && artifact.features.length > 0)
    return t("phase.in.features", { count: artifact.features.length });
  return t("phase.in.artifact", { name: artifactName(before) });
}

function outcome(info: PhaseInfo, phase: PhaseSnapshot, snapshot: Snapshot): string {
  if (phase.status !== "completed") return "";
  const got = result(info, snapshot);
  const tokens = phase.prompt_tokens + phase.completion_tokens;
  const parts = [
    got && t("phase.out", { got }),
    tokens && t("phase.tokens", { count: formatNumber(tokens) }),
  ];
  return parts.filter(Boolean).join(" · ");
}

/** What a phase made, in a few words. */
function result(info: PhaseInfo, snapshot: Snapshot): string {
  const artifact = snapshot.artifacts[info.phase];
  if (isSpec(artifact)) {
    const { changed = [], new: added = [], removed = [] } = artifact.changes ?? {};
    const marks = [
      changed.length > 0 && t("funnel.changed", { count: changed.length }),
      added.length > 0 && t("funnel.new", { count: added.length }),
      removed.length > 0 && t("funnel.removed", { count: removed.length }),
    ].filter(Boolean);
    if (isChange(snapshot)) return marks.join(t("list.comma")) || t("funnel.same");
    return artifact.features.length > 0 ? t("funnel.features", { count: artifact.features.length }) : "";
  }
  if (isPlan(artifact)) return planned(artifact, isChange(snapshot));
  if (info.artifact !== null) return "";
  if (isChange(snapshot)) {
    const { added, removed } = lineSum(programChanges(snapshot));
    return Object.keys(snapshot.changes).length > 0 ? `+${added} −${removed}` : t("funnel.same");
  }
  return t("funnel.files", { count: Object.values(snapshot.files).filter(isOnDisk).length });
}

function planned(plan: Plan, inChange: boolean): string {
  const { length: count } = plan.files;
  if (count === 0) return "";
  if (!inChange) return t("funnel.plan", { count });
  const { size } = functionsOf(plan);
  const files = t("funnel.files", { count });
  return size > 0 ? files + t("list.comma") + t("funnel.functions", { count: size }) : files;
}

function funnel(info: PhaseInfo, phase: PhaseSnapshot, snapshot: Snapshot): string {
  if (snapshot.version?.cause === "import") return t("funnel.read");
  if (snapshot.reason === "unchanged" && phase.status === "failed") return t("funnel.same");
  if (phase.status === "failed") return reasonText(snapshot.reason) ?? t("phase.failed");
  return phase.status === "completed" ? result(info, snapshot) : "";
}
