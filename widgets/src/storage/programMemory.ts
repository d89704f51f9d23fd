/** Which program runs for a project, kept for the page's tab: one that is loaded again goes on with it. */

import type { ProgramMode } from "../program/connection";
import { Kept } from "./webStorage";

export interface Remembered {
  session: string;
  mode: ProgramMode;
  args: readonly string[];
}

const kept = new Kept("sessionStorage", "aiflow.program.");

export const remembered = {
  peek(projectId: string): Remembered | null {
    const text = kept.read(projectId);
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
    kept.write(projectId, JSON.stringify(program));
  },

  forget(projectId: string): void {
    kept.remove(projectId);
  },
};
