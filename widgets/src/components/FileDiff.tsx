/** How a file differs from the version before. */

import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Transport } from "../api/transport";
import { t } from "../i18n";
import { type ApiError, asApiError, isAbort } from "../model/errors";
import type { ChangeKind } from "../model/types";
import { describe } from "../session/openFile";
import { Diff, type DiffBar } from "./Diff";
import { Quiet } from "./Quiet";

interface FileDiffProps {
  transport: Transport;
  /** The project that the shown one was made from. */
  parent: string;
  path: string;
  kind: ChangeKind;
  /** As it is now. */
  text: string;
  bar: DiffBar;
}

/** A longer text is not compared line by line: that would block the page. */
const LIMIT = 400_000;

export function FileDiff({ transport, parent, path, kind, text, bar }: FileDiffProps): JSX.Element {
  const { before, failure } = useTextBefore(transport, parent, path, kind);
  if (before !== null && Math.max(before.length, text.length) <= LIMIT)
    return <Diff path={path} before={before} after={text} bar={bar} />;
  return (
    <>
      {bar(null)}
      {failure?.status === 404 && <Quiet text={t("diff.gone")} />}
      {failure && failure.status !== 404 && <Quiet failure={failure} />}
      {before !== null && <Quiet text={t("diff.large")} />}
      {before === null && !failure && <Quiet busy text={t("compare.loading")} />}
    </>
  );
}

interface Before {
  before: string | null;
  failure: ApiError | null;
}

const NOTHING: Before = { before: null, failure: null };

/** The file's text in the parent, which nobody changes: it is read once. */
function useTextBefore(transport: Transport, parent: string, path: string, kind: ChangeKind): Before {
  const [found, setFound] = useState({ of: "", ...NOTHING });
  const of = `${parent} ${path}`;
  useEffect(() => {
    if (kind === "added") return;
    const giveUp = new AbortController();
    transport.file(parent, path, giveUp.signal).then(
      (body) => {
        const file = describe(path, body, { asText: true });
        setFound({ of, before: file.kind === "text" ? file.text : "", failure: null });
      },
      (error: unknown) => {
        if (!isAbort(error)) setFound({ of, before: null, failure: asApiError(error) });
      },
    );
    return () => giveUp.abort();
  }, [transport, of, kind]);
  if (kind === "added") return { before: "", failure: null };
  return found.of === of ? found : NOTHING;
}
