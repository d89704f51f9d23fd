/** A message above the project: its title, its cause, a hint, and at most a few buttons. */

import type { ComponentChildren, JSX } from "preact";
import { Icon, type IconName } from "./Icon";

interface NoticeProps {
  kind: "bad" | "warn" | "plain";
  icon: IconName;
  role: "alert" | "status";
  title: string;
  text?: string;
  help?: string;
  /** Beside the text; without them the children are the buttons. */
  actions?: ComponentChildren;
  children?: ComponentChildren;
}

export function Notice({ kind, icon, role, title, text, help, actions, children }: NoticeProps): JSX.Element {
  return (
    <div class="af-notice" data-kind={kind} role={role}>
      <Icon name={icon} />
      <div class="af-notice-text">
        <b>{title}</b>
        {text && <p>{text}</p>}
        {help && <p class="af-help">{help}</p>}
        {actions && children}
      </div>
      {(actions ?? children) && <div class="af-notice-actions">{actions ?? children}</div>}
    </div>
  );
}
