/** Markdown, rendered. HTML in it is shown as text; nothing is fetched. */

import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { renderMarkdown } from "../browser/markdown";

export function Markdown({ text }: { text: string }): JSX.Element {
  const html = useMemo(() => renderMarkdown(text), [text]);
  // Safe because markdown-it escapes all text with `html: false`, which a test checks.
  return <div class="af-markdown" dangerouslySetInnerHTML={{ __html: html }} />;
}
