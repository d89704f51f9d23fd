/** A button that shows an icon only; its name is for screen readers and the tooltip. */

import type { JSX, RefObject } from "preact";
import { Icon, type IconName } from "./Icon";

interface ToolProps {
  icon: IconName;
  label: string;
  pressed?: boolean;
  expanded?: boolean;
  disabled?: boolean;
  class?: string;
  button?: RefObject<HTMLButtonElement | null>;
  onClick(): unknown;
}

export function Tool(props: ToolProps): JSX.Element {
  const { icon, label, pressed, expanded, disabled, button, onClick } = props;
  return (
    <button
      type="button"
      class={props.class ? `af-tool ${props.class}` : "af-tool"}
      ref={button ?? null}
      aria-label={label}
      title={label}
      aria-pressed={pressed}
      aria-expanded={expanded}
      disabled={disabled}
      onClick={() => void onClick()}>
      <Icon name={icon} />
    </button>
  );
}
