/** A button with a text. */

import type { ComponentChildren, JSX, RefObject } from "preact";
import { Icon, type IconName } from "./Icon";

interface ButtonProps {
  /** The one action that a person most likely wants: it is filled. */
  primary?: boolean;
  class?: string;
  icon?: IconName;
  disabled?: boolean;
  expanded?: boolean;
  submit?: boolean;
  title?: string;
  description?: string;
  /** Its accessible name, where that says more than its text. */
  label?: string;
  element?: RefObject<HTMLButtonElement | null>;
  children: ComponentChildren;
  /** A promise that it returns never rejects: a session's actions report their own failures. */
  onClick?(): unknown;
}

export function Button(props: ButtonProps): JSX.Element {
  const { primary, icon, disabled, submit, title, description, label, children, onClick } = props;
  return (
    <button
      ref={props.element ?? null}
      type={submit ? "submit" : "button"}
      class={["af-btn", primary && "af-primary", props.class].filter(Boolean).join(" ")}
      disabled={disabled}
      aria-expanded={props.expanded}
      title={title}
      aria-label={label}
      aria-description={description}
      onClick={() => void onClick?.()}>
      {icon && <Icon name={icon} />}
      {children}
    </button>
  );
}
