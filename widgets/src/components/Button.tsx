/** The two kinds of button: one with a text, and a small one that shows an icon. */

import type { ComponentChildren, JSX } from "preact";
import { Icon, type IconName } from "./Icon";

interface ButtonProps {
  /** The one action that a person most likely wants: it is filled. */
  primary?: boolean;
  class?: string;
  icon?: IconName;
  disabled?: boolean;
  submit?: boolean;
  title?: string;
  description?: string;
  children: ComponentChildren;
  /** A promise that it returns never rejects: a session's actions report their own failures. */
  onClick?(): unknown;
}

export function Button(props: ButtonProps): JSX.Element {
  const { primary, icon, disabled, submit, title, description, children, onClick } = props;
  return (
    <button
      type={submit ? "submit" : "button"}
      class={["af-btn", primary && "af-primary", props.class].filter(Boolean).join(" ")}
      disabled={disabled}
      title={title}
      aria-description={description}
      onClick={() => void onClick?.()}>
      {icon && <Icon name={icon} />}
      {children}
    </button>
  );
}

interface ToolProps {
  icon: IconName;
  label: string;
  pressed?: boolean;
  expanded?: boolean;
  disabled?: boolean;
  class?: string;
  onClick(): unknown;
}

export function Tool({ icon, label, pressed, expanded, disabled, onClick, ...rest }: ToolProps): JSX.Element {
  return (
    <button
      type="button"
      class={rest.class ? `af-tool ${rest.class}` : "af-tool"}
      aria-label={label}
      aria-pressed={pressed}
      aria-expanded={expanded}
      disabled={disabled}
      title={label}
      onClick={() => void onClick()}>
      <Icon name={icon} />
    </button>
  );
}
