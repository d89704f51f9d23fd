/** A button that shows an icon only; its name is for screen readers and the tooltip. */

import type { JSX, RefObject } from "preact";
import { Icon, type IconName } from "./Icon";

interface ToolProps {
  icon: IconName;
  label: string;
  pressed?: boolean;
  disabled?: boolean;
  button?: RefObject<HTMLButtonElement | null>;
  onClick(): void;
}

export function Tool({ icon, label, pressed, disabled, button, onClick }: ToolProps): JSX.Element {
  return (
    <button
      type="button"
      class="af-tool"
      ref={button ?? null}
      aria-label={label}
      title={label}
      aria-pressed={pressed}
      disabled={disabled}
      onClick={onClick}>
      <Icon name={icon} />
    </button>
  );
}
