/** The focus of the page. */

/** Whether an element may take the focus: not from an element outside of its workbench. */
export function mayTakeFocus(element: HTMLElement): boolean {
  const root = element.getRootNode() as Document | ShadowRoot;
  const active = root.activeElement;
  // A notebook focuses the whole cell when the focused element is removed.
  if (!active || active.contains(element)) return true;
  return element.closest("[data-aiflow-workbench]")?.contains(active) === true;
}
