/** Markdown as a page. HTML in it is shown as the text that it is; nothing is fetched from anywhere. */

import MarkdownIt from "markdown-it";
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";

const renderer = new MarkdownIt({ html: false, linkify: false, breaks: false });
// A picture would be fetched from wherever the text says; its address stays readable as a link.
renderer.disable("image");
const openLink = renderer.renderer.rules.link_open;
renderer.renderer.rules.link_open = (tokens, index, options, env, self) => {
  tokens[index]!.attrSet("target", "_blank");
  tokens[index]!.attrSet("rel", "noopener noreferrer nofollow");
  return openLink ? openLink(tokens, index, options, env, self) : self.renderToken(tokens, index, options);
};

export function renderMarkdown(text: string): string {
  return renderer.render(text);
}

export function Markdown({ text }: { text: string }): JSX.Element {
  const html = useMemo(() => renderMarkdown(text), [text]);
  // markdown-it escapes all text with html: false; it is what makes this safe, and a test holds it to that.
  return <div class="af-markdown" dangerouslySetInnerHTML={{ __html: html }} />;
}
