/** A button that copies a text and confirms it for a moment. */

import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { copyText } from "../browser/clipboard";
import { t } from "../i18n";
import { Icon } from "./Icon";

export function CopyButton({ text }: { text: () => string }): JSX.Element {
  const [copied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    if (!(await copyText(text()))) return;
    setCopied(true);
    setTimeout(() => setCopied(false), 1500);
  };
  return (
    <button
      type="button"
      class="af-tool"
      aria-label={t(copied ? "action.copied" : "action.copy")}
      title={t("action.copy")}
      onClick={() => void copy()}>
      <Icon name={copied ? "check" : "copy"} />
    </button>
  );
}
