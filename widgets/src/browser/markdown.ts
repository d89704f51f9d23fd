/** Markdown to HTML. HTML in the source is shown as text; nothing is fetched from anywhere. */

import MarkdownIt from "markdown-it";

const renderer = new MarkdownIt({ html: false, linkify: false, breaks: false });
// A picture would be fetched from any address in the text; the address stays readable as a link.
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

/** The same for one line, without a paragraph around it. */
export function renderInline(text: string): string {
  return renderer.renderInline(text);
}
