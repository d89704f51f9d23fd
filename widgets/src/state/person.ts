/** What belongs to the person, not to a project: kept in the browser's localStorage, where there is one. */

const PREFIX = "aiflow.workbench.";

function storage(): Storage | null {
  try {
    return globalThis.localStorage ?? null;
  } catch {
    return null; // a page without an origin (a sandboxed frame) throws on access: nothing is kept there
  }
}

export const person = {
  read(name: string, otherwise: string): string {
    return storage()?.getItem(PREFIX + name) ?? otherwise;
  },

  write(name: string, value: string): void {
    try {
      storage()?.setItem(PREFIX + name, value);
    } catch (error) {
      // Full or forbidden: the choice holds until the page is left.
      console.info("aiflow: not kept in localStorage:", name, error);
    }
  },

  remove(name: string): void {
    storage()?.removeItem(PREFIX + name);
  },
};
