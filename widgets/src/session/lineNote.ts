/** What a line's note says: the request that the line comes from, and the features that it belongs to. */

import { errorText, t } from "../i18n";
import type { ApiError } from "../model/errors";
import { type AskedLine, featuresAt, originOf, type LineNote, type Origin, type Trace } from "../model/trace";

export function lineNote({ path, line }: AskedLine, trace: Trace | null, failure: ApiError | null): LineNote {
  if (!trace) {
    const lead = failure ? errorText(failure.reason, failure.message) : t("trace.asking");
    return { path, line, lead, emphasis: "", more: "" };
  }
  const origin = originOf(trace, path, line);
  const [lead, emphasis] = origin ? sentence(origin) : [t("trace.nothing"), ""];
  const features = featuresAt(trace, path, line).map(({ id, text }) => `${id} ${text}`);
  const more = features.length > 0 ? t("trace.belongs", { features: features.join(t("list.comma")) }) : "";
  return { path, line, lead, emphasis, more };
}

function sentence({ cause, version, request }: Origin): [lead: string, emphasis: string] {
  if (version === null || cause === "person" || cause === "edit") return [t("trace.person"), ""];
  if (cause === "import") return [t("trace.import"), ""];
  return [t("trace.because", { version }), request];
}
