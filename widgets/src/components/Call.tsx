/** One request to the model in a past phase: messages, thinking and answer, verbatim and as plain text. */

import type { JSX } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import { t } from "../i18n";
import type { PromptRecord } from "../model/entities";
import { type ApiError, asApiError } from "../model/errors";
import type { ProjectStore } from "../model/store";
import type { TextTail } from "../model/types";
import { roleTitle } from "../session/promptText";
import type { Session } from "../session/session";
import { Fold } from "./Fold";
import { Tail } from "./Tail";

interface Found {
  of: string;
  calls: PromptRecord[];
  failure: ApiError | null;
}

const NOTHING: Found = { of: "", calls: [], failure: null };

/** The requests of an opened phase. They may be long, so they are fetched only then. */
export function useCalls(session: Session, store: ProjectStore | null, name: string): Found {
  const [found, setFound] = useState(NOTHING);
  const status = store?.current.phases[name]?.status;
  const isPast = status === "completed" || status === "failed";
  const wanted = store && isPast && session.openPhase.value === name ? store.projectId : "";
  const of = wanted && `${wanted} ${name} ${status} ${store!.current.retry_count}`;
  useEffect(() => {
    if (!wanted) return;
    let gone = false;
    const publish = (next: Found): void => {
      if (!gone) setFound(next);
    };
    session.transport.request(wanted).then(
      (info) =>
        publish({ of, calls: (info.prompts ?? []).filter((call) => call.phase === name), failure: null }),
      (error: unknown) => publish({ of, calls: [], failure: asApiError(error) }),
    );
    return () => {
      gone = true;
    };
  }, [session, of]);
  return found.of === of ? found : NOTHING;
}

interface CallProps {
  call: PromptRecord;
  number: number;
  count: number;
}

export function Call({ call, number, count }: CallProps): JSX.Element {
  const { thinking = "", content = "" } = call;
  return (
    <section class="af-call" aria-label={t("log.call", { number, count })}>
      {count > 1 && <h5>{t("log.call", { number, count })}</h5>}
      <Fold title={t("log.sent")} name="sent">
        {call.messages.length === 0 && <p class="af-quiet">{t("log.sent.empty")}</p>}
        {call.messages.map((message, index) => (
          <div key={index} class="af-message" data-role={message.role}>
            <h5>{roleTitle(message.role)}</h5>
            <Words text={message.content} />
          </div>
        ))}
      </Fold>
      {thinking && (
        <Fold title={t("log.thinking")} name="thinking">
          <Words text={thinking} />
        </Fold>
      )}
      {!thinking && <p class="af-quiet">{t("log.noThinking")}</p>}
      {content && (
        <div class="af-said">
          <h5>{t("log.text")}</h5>
          <Words text={content} />
        </div>
      )}
    </section>
  );
}

function Words({ text }: { text: string }): JSX.Element {
  const tail = useMemo<TextTail>(() => ({ chunks: [text], dropped: false }), [text]);
  return <Tail tail={tail} revision={1} />;
}
