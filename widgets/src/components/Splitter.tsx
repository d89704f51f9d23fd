/**
 * A handle between two panels: dragged, or moved by the keyboard (WAI-ARIA Authoring Practices, window
 * splitter).
 *
 * It lies in the panel whose size it changes, on that panel's edge.
 */

import type { JSX, TargetedPointerEvent } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { t } from "../i18n";
import { savePanels, MIN_SIZES, type Panel, panels, setPanel } from "../session/panels";

interface Props {
  panel: Panel;
  /** The edge of the panel that it lies on. */
  edge: "right" | "left" | "top" | "bottom";
}

const STEP = 16;
/** The largest share of the space that a panel may take from its neighbour. */
const SHARES: Record<Panel, number> = { files: 0.45, side: 0.5, log: 0.5, body: 1 };
const MAX_HEIGHT = 1200;

export function Splitter({ panel, edge }: Props): JSX.Element {
  const handle = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState(0);
  const [available, setAvailable] = useState(0);
  const across = edge === "left" || edge === "right";
  const grows = edge === "right" || edge === "bottom" ? 1 : -1;
  const most =
    panel === "body" ? MAX_HEIGHT : Math.max(MIN_SIZES[panel], Math.round(available * SHARES[panel]));

  useLayoutEffect(() => {
    const pane = handle.current?.parentElement;
    const frame = pane?.parentElement;
    if (!pane || !frame || typeof ResizeObserver === "undefined") return;
    const measure = (): void => {
      setSize(across ? pane.offsetWidth : pane.offsetHeight);
      setAvailable(across ? frame.offsetWidth : frame.offsetHeight);
    };
    measure();
    const observer = new ResizeObserver(measure);
    // The frame too: when the window becomes narrower, the largest size that is announced changes.
    observer.observe(pane);
    observer.observe(frame);
    return () => observer.disconnect();
  }, [across]);

  const resize = (to: number): void => setPanel(panel, Math.min(most, to));
  const reset = (): void => {
    setPanel(panel, null);
    savePanels();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    // The last requested size, not the laid-out one: a key that repeats is faster than the layout.
    const from = Math.min(panels.value[panel] ?? size, most);
    const to = target(event.key, from, most, MIN_SIZES[panel], across, grows);
    if (to === null && event.key !== "Enter") return;
    event.preventDefault();
    event.stopPropagation();
    if (to === null) return reset();
    resize(to);
    savePanels();
  };
  const onPointerDown = (event: TargetedPointerEvent<HTMLDivElement>): void => {
    if (event.button !== 0) return;
    const { currentTarget: element, pointerId } = event;
    event.preventDefault(); // no selection of the texts on the way
    element.focus();
    element.setPointerCapture(pointerId); // the pointer leaves the narrow handle at once
    const from = across ? event.clientX : event.clientY;
    const begun = size;
    const onMove = (move: PointerEvent): void =>
      resize(begun + grows * ((across ? move.clientX : move.clientY) - from));
    const onEnd = (): void => {
      element.removeEventListener("pointermove", onMove);
      element.removeEventListener("lostpointercapture", onEnd);
      savePanels();
    };
    element.addEventListener("pointermove", onMove);
    element.addEventListener("lostpointercapture", onEnd);
  };

  return (
    <div
      ref={handle}
      role="separator"
      class="af-splitter"
      data-edge={edge}
      data-panel={panel}
      tabIndex={0}
      aria-orientation={across ? "vertical" : "horizontal"}
      aria-label={t(`resize.${panel}`)}
      aria-valuenow={size}
      aria-valuemin={MIN_SIZES[panel]}
      aria-valuemax={Math.max(most, size)}
      aria-valuetext={t("resize.value", { count: size })}
      title={t("resize.help")}
      onKeyDown={onKeyDown}
      onPointerDown={onPointerDown}
      onDblClick={reset}
    />
  );
}

/** Return the size that a key selects; null for any other key. */
function target(
  key: string,
  size: number,
  most: number,
  least: number,
  across: boolean,
  grows: number,
): number | null {
  if (key === "Home") return least;
  if (key === "End") return most;
  const forward = across ? "ArrowRight" : "ArrowDown";
  const back = across ? "ArrowLeft" : "ArrowUp";
  if (key === forward) return size + grows * STEP;
  if (key === back) return size - grows * STEP;
  return null;
}
