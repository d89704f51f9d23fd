/** The first picture of a program's window, fetched when it comes into sight. */

import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { t } from "../i18n";
import { isApiError } from "../model/errors";
import type { Session } from "../session/session";

interface ThumbnailProps {
  session: Session;
  projectId: string;
  name: string;
  /** Whether there is one. */
  has: boolean | undefined;
  /** Stands in its place where there is none, or none yet. */
  children: ComponentChildren;
}

export function Thumbnail({ session, projectId, name, has, children }: ThumbnailProps): JSX.Element {
  const box = useRef<HTMLSpanElement>(null);
  const [url, setUrl] = useState("");
  useEffect(() => {
    if (!has || !box.current) return;
    const giveUp = new AbortController();
    let made = "";
    const fetchIt = async (): Promise<void> => {
      try {
        const picture = await session.transport.thumbnail(projectId, giveUp.signal);
        if (giveUp.signal.aborted) return;
        made = URL.createObjectURL(picture);
        setUrl(made);
      } catch (error) {
        // The picture or its project is gone: what it illustrates is complete without it.
        if (!isApiError(error) && !giveUp.signal.aborted) throw error;
      }
    };
    const stop = whenSeen(box.current, () => void fetchIt());
    return () => {
      stop();
      giveUp.abort();
      setUrl("");
      if (made) URL.revokeObjectURL(made);
    };
  }, [session, projectId, has]);
  return (
    <span class="af-picture" ref={box}>
      {url ? <img src={url} alt={t("projects.picture", { name })} /> : children}
    </span>
  );
}

/** A list of thousands would otherwise request all of its pictures at once. */
function whenSeen(element: Element, then: () => void): () => void {
  if (typeof IntersectionObserver === "undefined") {
    then();
    return () => undefined;
  }
  const observer = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    observer.disconnect();
    then();
  });
  observer.observe(element);
  return () => observer.disconnect();
}
