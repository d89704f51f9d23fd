/** A request to the model as plain text: the title of each role, and the text that the copy button copies. */

import { t, type TextKey } from "../i18n";
import type { PromptRecord } from "../model/entities";

const ROLES: Record<string, TextKey> = {
  system: "log.role.system",
  user: "log.role.user",
  assistant: "log.role.assistant",
};

export function roleTitle(role: string): string {
  const title = Object.hasOwn(ROLES, role) ? ROLES[role] : undefined;
  return title ? t(title) : role;
}

export function callText(call: PromptRecord): string {
  const sent = call.messages.map((message) => `${roleTitle(message.role)}\n${message.content}`);
  return [...sent, call.thinking, call.content].filter(Boolean).join("\n\n");
}
