/** One line of Markdown: code and emphasis, no paragraphs. HTML in it is shown as text. */

import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { renderInline } from "../browser/markdown";

export function Inline({ text }: { text: string }): JSX.Element {
  const html = useMemo(() => renderInline(text), [text]);
  // Safe because markdown-it escapes all text with `html: false`, which a test checks.
  return <span class="af-inline" dangerouslySetInnerHTML={{ __html: html }} />;
}
