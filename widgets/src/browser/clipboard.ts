/** Copying, also where a page may not use the clipboard (a frame without the permission, plain HTTP). */

export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch (error) {
    console.info("aiflow: no clipboard, copying as a selection:", error);
    return copySelection(text);
  }
}

/** Copy by selecting: deprecated, but it needs no permission. */
function copySelection(text: string): boolean {
  const before = document.activeElement;
  const field = document.createElement("textarea");
  field.value = text;
  field.style.cssText = "position:fixed;opacity:0;inset:0 auto auto 0";
  document.body.append(field);
  field.focus();
  field.select();
  try {
    return document.execCommand("copy");
  } finally {
    field.remove();
    if (before instanceof HTMLElement) before.focus();
  }
}
