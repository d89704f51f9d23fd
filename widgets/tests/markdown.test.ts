import { describe, expect, it } from "vitest";
import { renderMarkdown } from "../src/browser/markdown";

describe("Markdown", () => {
  it.each([
    ["<script>alert(1)</script>", "&lt;script&gt;"],
    ["a <b onclick=x>b</b>", "&lt;b onclick=x&gt;"],
    ["<!-- gone? -->", "&lt;!-- gone? --&gt;"],
    ["[x](javascript:alert(1))", "[x](javascript:alert(1))"],
    ["![x](https://example.com/t.png)", "https://example.com/t.png"],
  ])("shows %s as text", (text, shown) => {
    const html = renderMarkdown(text);
    expect(html).toContain(shown);
    expect(html).not.toMatch(/<(script|b|img|iframe)/);
    expect(html).not.toMatch(/href="javascript/);
  });
});
