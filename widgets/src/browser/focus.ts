/** The focus of the page. */

/** Whether an element may take the focus: not from an element outside of its workbench. */
export function mayTakeFocus(element: HTMLElement): boolean {
  const root = element.getRootNode() as Document | ShadowRoot;
  const active = root.activeElement;
  // A notebook focuses the whole cell when the focused element is removed.
  if (!active || active.contains(element)) return true;
  return element.closest("[data-aiflow-workbench]")?.contains(active) === true;
}

/**
 * Keep JupyterLab's shortcuts away from what has the focus. In a notebook's command mode they are bound to
 * the focused element itself, so the attribute of the workbench around it does not count.
 */
export function keepShortcutsAway({ target }: FocusEvent): void {
  if (target instanceof HTMLElement) target.dataset["lmSuppressShortcuts"] = "true";
}
