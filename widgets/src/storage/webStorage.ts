/** The browser's storage, where there is one: a page may be denied it (a sandboxed frame, blocked cookies). */

/** `kind` is looked up at each use: even naming it throws in a page without an origin. */
export class Kept {
  constructor(
    private readonly kind: "localStorage" | "sessionStorage",
    private readonly prefix: string,
  ) {}

  read(name: string): string | null {
    return this.attempt(name, (storage) => storage.getItem(this.prefix + name));
  }

  write(name: string, value: string): void {
    this.attempt(name, (storage) => storage.setItem(this.prefix + name, value));
  }

  remove(name: string): void {
    this.attempt(name, (storage) => storage.removeItem(this.prefix + name));
  }

  private attempt<T>(name: string, use: (storage: Storage) => T): T | null {
    try {
      const storage = globalThis[this.kind] as Storage | null;
      return storage ? use(storage) : null;
    } catch (error) {
      // Full or forbidden: what was chosen holds until the page is left.
      console.info(`aiflow: not kept in ${this.kind}:`, name, error);
      return null;
    }
  }
}
