/** A button that copies a text and confirms it for a moment. */

import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { copyText } from "../browser/clipboard";
import { t } from "../i18n";
import { Tool } from "./Tool";

export function CopyButton({ text }: { text: () => string }): JSX.Element {
  const [copied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    if (!(await copyText(text()))) return;
    setCopied(true);
    setTimeout(() => setCopied(false), 1500);
  };
  return (
    <Tool
      icon={copied ? "check" : "copy"}
      label={t(copied ? "action.copied" : "action.copy")}
      onClick={copy}
    />
  );
}
