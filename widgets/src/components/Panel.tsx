/** A panel that a person opened. Its button and Escape close it, and the focus returns to what opened it. */

import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Tool } from "./Tool";

interface PanelProps {
  class: string;
  title: string;
  /** The name of the button that closes it. */
  closing: string;
  /** Selects what opened it, inside the workbench. */
  opener: string;
  /** Whether it takes the focus: it does where it stands in the place of its opener. */
  takesFocus?: boolean;
  onClose(): void;
  /** Leave what was chosen in it, before Escape closes it; returns whether there was something. */
  onEscape?(): boolean;
  /** Between the title and the button that closes the panel. */
  head?(close: () => void): ComponentChildren;
  children(close: () => void): ComponentChildren;
}

export function Panel(props: PanelProps): JSX.Element {
  const { title, closing, opener, takesFocus = false, onClose, onEscape, head, children } = props;
  const panel = useRef<HTMLElement>(null);
  useEffect(() => {
    if (takesFocus) panel.current?.querySelector<HTMLElement>(".af-close")?.focus();
  }, []);
  const close = (): void => {
    const workbench = panel.current?.closest("[data-aiflow-workbench]");
    onClose();
    // What the panel stood in place of comes back in the next frame.
    requestAnimationFrame(() => workbench?.querySelector<HTMLElement>(opener)?.focus());
  };
  return (
    <section
      class={props.class}
      ref={panel}
      aria-label={title}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        if (!onEscape?.()) close();
      }}>
      <header class="af-cap">
        <h4>{title}</h4>
        {head?.(close)}
        <Tool class="af-close" icon="cross" label={closing} onClick={close} />
      </header>
      {children(close)}
    </section>
  );
}
