/** Above the view, while a feature is chosen: which one, where its lines are, and the way out. */

import type { JSX } from "preact";
import { errorText, t } from "../i18n";
import { featuresOf } from "../model/features";
import { specOf } from "../model/phases";
import type { Session } from "../session/session";
import { type Traces, tracesOf } from "../session/traces";
import { Icon } from "./Icon";
import { Inline } from "./Inline";
import { Tool } from "./Tool";

export function FeatureBar({ session }: { session: Session }): JSX.Element | null {
  const traces = tracesOf(session);
  const id = traces.featureId.value;
  const spec = specOf(session.store.value!.current);
  const chosen = featuresOf(spec).find((feature) => feature.id === id);
  if (!chosen) return null;
  const many = traces.places.value.length > 1;
  const isMissing = traces.feature.value?.status === "missing";
  return (
    <div class="af-feature-bar" role="group" aria-label={t("trace.feature", { id: chosen.id })}>
      <p class="af-name" title={chosen.text}>
        <b>{chosen.id}</b> <Inline text={chosen.text} />
      </p>
      <span role="status" class={isMissing ? "af-unlinked" : ""}>
        {isMissing && <Icon name="alert" />}
        {said(traces)}
      </span>
      {many && <Tool icon="down" label={t("trace.next")} onClick={() => traces.next()} />}
      <Tool icon="cross" label={t("trace.leave")} onClick={() => traces.choose(null)} />
    </div>
  );
}

function said({ feature, places, at, failure }: Traces): string {
  if (failure.value) return errorText(failure.value.reason, failure.value.message);
  if (!feature.value) return t("trace.loading");
  const { status } = feature.value;
  const { length: of } = places.value;
  return status === "linked" && of > 0
    ? t("trace.places", { at: at.value + 1, of })
    : t(status === "unknown" ? "trace.unknown" : "trace.missing");
}
