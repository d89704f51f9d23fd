/**
 * The only module that touches the browser's Web Storage.
 *
 * localStorage keeps a person's settings and how each project was viewed last; sessionStorage keeps which
 * program runs for a project. A page may be denied both (a sandboxed frame, blocked cookies): then nothing is
 * kept.
 */

/** Entries of one kind of storage, under a common prefix. */
class StorageArea {
  constructor(
    private readonly kind: "localStorage" | "sessionStorage",
    private readonly prefix: string,
  ) {}

  read(name: string): string | null {
    return this.attempt(name, (storage) => storage.getItem(this.prefix + name));
  }

  /**
   * Return the JSON value of an entry; null where there is none, or where another script wrote under this
   * name.
   */
  readJson(name: string): unknown {
    try {
      return JSON.parse(this.read(name) ?? "null");
    } catch {
      return null;
    }
  }

  write(name: string, value: string): void {
    this.attempt(name, (storage) => storage.setItem(this.prefix + name, value));
  }

  remove(name: string): void {
    this.attempt(name, (storage) => storage.removeItem(this.prefix + name));
  }

  /** The storage is looked up at each use: in a page without an origin even naming it throws. */
  private attempt<T>(name: string, use: (storage: Storage) => T): T | null {
    try {
      const storage = globalThis[this.kind] as Storage | null;
      return storage ? use(storage) : null;
    } catch (error) {
      // Full or forbidden: the choice holds until the page is left.
      console.info(`aiflow: not kept in ${this.kind}:`, name, error);
      return null;
    }
  }
}

const person = new StorageArea("localStorage", "aiflow.workbench.");
const programs = new StorageArea("sessionStorage", "aiflow.program.");

/** Read a setting that belongs to the person, not to a project. */
export function readSetting(name: string, otherwise: string): string {
  return person.read(name) ?? otherwise;
}

export function readJsonSetting(name: string): unknown {
  return person.readJson(name);
}

export function writeSetting(name: string, value: string): void {
  person.write(name, value);
}

/** How a project was viewed: the tab, the file in it, and the closed folders. */
export interface ProjectView {
  tab: string;
  path: string | null;
  closed: string[];
}

/** The view of this many projects is kept; the oldest is dropped. */
const VIEWS_KEPT = 30;
const VIEWS = "views";
const openKey = (): string => `open:${globalThis.location?.pathname ?? ""}`;

let claimed = false;

/**
 * Keep which project this page shows. `given` is the prompt that the widget was made with: it identifies the
 * widget.
 */
export function keepOpenProject(projectId: string, given = ""): void {
  if (projectId) person.write(openKey(), JSON.stringify({ projectId, given, at: Date.now() }));
  else person.remove(openKey());
}

/**
 * Return the project that was open here before the page was reloaded, for the first widget that has none of
 * its own and was made with the same prompt (marimo and voila run the notebook anew at each load). A widget
 * that is made later in the life of a page starts empty: a cell that is run again asks for a fresh workbench.
 */
export function claimOpenProject(given = "", loadedAt = performance.timeOrigin): string {
  if (claimed) return "";
  claimed = true;
  const kept = person.readJson(openKey()) as { projectId?: unknown; given?: unknown; at?: unknown } | null;
  if (typeof kept?.projectId !== "string" || typeof kept.at !== "number" || (kept.given ?? "") !== given)
    return "";
  return kept.at < loadedAt ? kept.projectId : "";
}

export function keepView(projectId: string, view: ProjectView): void {
  const views = (person.readJson(VIEWS) ?? {}) as Record<string, ProjectView>;
  delete views[projectId];
  const kept = Object.entries(views).slice(-(VIEWS_KEPT - 1));
  // Put at the end again: what was looked at last is dropped last.
  person.write(VIEWS, JSON.stringify(Object.fromEntries([...kept, [projectId, view]])));
}

export function readView(projectId: string): ProjectView | null {
  const view = (person.readJson(VIEWS) as Record<string, ProjectView> | null)?.[projectId];
  return view && typeof view.tab === "string" && Array.isArray(view.closed) ? view : null;
}

/** The program of a project, kept for the page's tab: a page that is reloaded reconnects to it. */
export interface KeptProgram {
  session: string;
  mode: "run" | "play";
  args: readonly string[];
}

export function readProgram(projectId: string): KeptProgram | null {
  const kept = programs.readJson(projectId) as Partial<KeptProgram> | null;
  if (typeof kept?.session !== "string" || !Array.isArray(kept.args)) return null;
  return { session: kept.session, mode: kept.mode === "play" ? "play" : "run", args: kept.args };
}

/** Return the kept program and forget it: two workbenches of one project must not both reconnect to it. */
export function claimProgram(projectId: string): KeptProgram | null {
  const kept = readProgram(projectId);
  forgetProgram(projectId);
  return kept;
}

export function keepProgram(projectId: string, program: KeptProgram): void {
  programs.write(projectId, JSON.stringify(program));
}

export function forgetProgram(projectId: string): void {
  programs.remove(projectId);
}
