/** Which program runs for a project, kept for the page's tab: one that is loaded again goes on with it. */

import type { ProgramMode } from "../transport/program";

export interface Remembered {
  session: string;
  mode: ProgramMode;
  args: readonly string[];
}

const PREFIX = "aiflow.program.";

export const remembered = {
  peek(projectId: string): Remembered | null {
    const text = storage()?.getItem(PREFIX + projectId);
    if (!text) return null;
    try {
      const found = JSON.parse(text) as Partial<Remembered>;
      if (typeof found.session !== "string" || !Array.isArray(found.args)) return null;
      return { session: found.session, mode: found.mode === "play" ? "play" : "run", args: found.args };
    } catch {
      return null; // somebody else wrote there: nothing to go on with
    }
  },

  /** The first who asks has it: two workbenches of one project do not both go on with one program. */
  take(projectId: string): Remembered | null {
    const found = this.peek(projectId);
    this.forget(projectId);
    return found;
  },

  keep(projectId: string, program: Remembered): void {
    try {
      storage()?.setItem(PREFIX + projectId, JSON.stringify(program));
    } catch (error) {
      // Full or forbidden: a page that is loaded again begins anew.
      console.info("aiflow: not kept in sessionStorage:", projectId, error);
    }
  },

  forget(projectId: string): void {
    storage()?.removeItem(PREFIX + projectId);
  },
};

/** A page may be denied its storage (a sandboxed frame, blocked cookies): then nothing is remembered. */
function storage(): Storage | null {
  try {
    return globalThis.sessionStorage;
  } catch {
    return null;
  }
}
