import { render } from "preact";
import { describe, expect, it } from "vitest";
import { FixDiff } from "../src/components/FixDiff";
import { setLanguage } from "../src/i18n";

const DIFF = [
  "--- a/main.py",
  "+++ b/main.py",
  "@@ -1,2 +1,2 @@",
  " import os",
  "-print（1）",
  "+print(1)",
  "\\ No newline at end of file",
  "",
].join("\n");

describe("an automatic fix", () => {
  it("shows the lines that it changed, in the page's language", () => {
    const root = document.createElement("div");
    document.body.append(root);
    for (const [language, label] of [
      ["zh", "改了什么"],
      ["en", "What it changed"],
    ] as const) {
      setLanguage(language);
      render(<FixDiff diff={DIFF} />, root);
      expect(root.querySelector("summary")!.textContent).toBe(label);
      const lines = [...root.querySelectorAll<HTMLElement>(".af-l")];
      expect(lines.map((line) => [line.dataset["mark"], line.querySelector("code")!.textContent])).toEqual([
        [" ", "import os"],
        ["-", "print（1）"],
        ["+", "print(1)"],
      ]);
      render(null, root);
    }
    setLanguage("zh");
  });
});
