/** Which project was open on this page, and how it was looked at: a reload goes on there (localStorage). */

import { person } from "./settings";

export interface Look {
  tab: string;
  path: string | null;
  closed: string[];
}

/** Of so many projects the look is kept; the oldest is forgotten. */
const LOOKS_KEPT = 30;
const pageKey = (): string => `open:${globalThis.location?.pathname ?? ""}`;

let claimed = false;

/** `given` is the prompt that the widget was made with: it tells a page's widgets apart. */
export function rememberOpen(projectId: string, given = ""): void {
  if (projectId) person.write(pageKey(), JSON.stringify({ projectId, given, at: Date.now() }));
  else person.remove(pageKey());
}

/**
 * The project that was open here before the page was loaded anew, for the first widget that has none of its own and was
 * made with the same prompt (a page of marimo or voila runs its notebook anew whenever it is loaded). One that is made
 * later in the life of a page begins empty: a cell that is run again asks for a fresh workbench.
 */
export function claimOpen(given = "", loadedAt = performance.timeOrigin): string {
  if (claimed) return "";
  claimed = true;
  const kept = read<{ projectId?: unknown; given?: unknown; at?: unknown }>(pageKey());
  if (typeof kept?.projectId !== "string" || typeof kept.at !== "number" || (kept.given ?? "") !== given) return "";
  return kept.at < loadedAt ? kept.projectId : "";
}

export function rememberLook(projectId: string, look: Look): void {
  const looks = read<Record<string, Look>>("looks") ?? {};
  delete looks[projectId];
  const kept = Object.entries(looks).slice(-(LOOKS_KEPT - 1));
  person.write("looks", JSON.stringify(Object.fromEntries([...kept, [projectId, look]])));
}

export function recallLook(projectId: string): Look | null {
  const look = read<Record<string, Look>>("looks")?.[projectId];
  return look && typeof look.tab === "string" && Array.isArray(look.closed) ? look : null;
}

function read<T>(name: string): T | null {
  try {
    return JSON.parse(person.read(name, "null")) as T | null;
  } catch {
    return null; // written by something else under our name: as good as nothing
  }
}
