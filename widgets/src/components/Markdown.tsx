/** Markdown as a page. HTML in it is shown as the text that it is; nothing is fetched from anywhere. */

import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { renderMarkdown } from "../browser/markdown";

export function Markdown({ text }: { text: string }): JSX.Element {
  const html = useMemo(() => renderMarkdown(text), [text]);
  // markdown-it escapes all text with html: false; it is what makes this safe, and a test holds it to that.
  return <div class="af-markdown" dangerouslySetInnerHTML={{ __html: html }} />;
}
