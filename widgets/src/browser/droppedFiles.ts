/** The files that a person dropped or chose, folders with all that is in them. */

export interface NamedFile {
  /** With the folders that it lies in. */
  name: string;
  blob: Blob;
}

export interface FoundFiles {
  files: NamedFile[];
  /** Folders that are not even read. */
  skipped: string[];
}

/** Never part of a program, and too large to be sent only to be left out: thousands of files each. */
const SKIPPED: ReadonlySet<string> = new Set([".git", "node_modules", "__pycache__", ".venv", "venv"]);
/** Whoever drops a whole disk must not wait for it to be listed. */
const MAX_FILES = 2000;

export function chosenFiles(list: FileList | null): FoundFiles {
  const files = [...(list ?? [])].map((file) => ({ name: file.webkitRelativePath || file.name, blob: file }));
  return { files, skipped: [] };
}

/** The entries must be asked for before the event has ended; then they can be read at leisure. */
export async function droppedFiles(data: DataTransfer | null): Promise<FoundFiles> {
  const entries = [...(data?.items ?? [])].map((item) => item.webkitGetAsEntry?.() ?? null);
  if (!entries.some((entry) => entry?.isDirectory)) return chosenFiles(data?.files ?? null);
  const found: FoundFiles = { files: [], skipped: [] };
  for (const entry of entries) if (entry) await collect(entry, found);
  return found;
}

async function collect(entry: FileSystemEntry, found: FoundFiles): Promise<void> {
  if (found.files.length >= MAX_FILES) return;
  // The full path begins with the dropped folder's own name.
  const name = entry.fullPath.replace(/^\//, "");
  if (entry.isFile) {
    const blob = await new Promise<File>((resolve, reject) =>
      (entry as FileSystemFileEntry).file(resolve, reject),
    );
    found.files.push({ name, blob });
  } else if (SKIPPED.has(entry.name)) {
    found.skipped.push(`${name}/`);
  } else {
    const reader = (entry as FileSystemDirectoryEntry).createReader();
    for (;;) {
      // Chrome returns a hundred entries at a time, and none when there are no more.
      const batch = await new Promise<FileSystemEntry[]>((resolve, reject) =>
        reader.readEntries(resolve, reject),
      );
      if (batch.length === 0) return;
      for (const child of batch) await collect(child, found);
    }
  }
}
