/** How `src` is divided: which folders import which, and what belongs into `components`. */

import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { describe, expect, it } from "vitest";

const SRC = join(import.meta.dirname, "../src");

/** A file imports from its own folder and from the folders before it. */
const FOLDERS = [
  "storage",
  "browser",
  "i18n",
  "model",
  "api",
  "session",
  "terminal",
  "program",
  "editor",
  "components",
];

const files = readdirSync(SRC, { recursive: true, encoding: "utf8" }).filter(
  (path) => /\.tsx?$/.test(path) && !path.endsWith(".d.ts"),
);
const sources = new Map(files.map((path) => [path, readFileSync(join(SRC, path), "utf8")]));
const folderOf = (path: string): string => (path.includes("/") ? path.slice(0, path.indexOf("/")) : "");

/** The files of `src` that a file imports. */
function importsOf(path: string): string[] {
  const found = [...sources.get(path)!.matchAll(/^(?:import|export)\s[^;]*?from "(\.[^"]+)";$/gm)];
  return found.flatMap(([, specifier]) => {
    const target = relative(SRC, join(SRC, dirname(path), specifier!));
    if (target.endsWith(".css")) return [];
    const file = [`${target}.ts`, `${target}.tsx`, `${target}/index.ts`].find((name) => sources.has(name));
    if (!file) throw new Error(`${path} imports ${specifier}, which is no file`);
    return [file];
  });
}

describe("the folders of src", () => {
  it("are those of the list", () => {
    const folders = new Set(files.map(folderOf).filter(Boolean));
    expect([...folders].sort()).toEqual([...FOLDERS].sort());
  });

  it.each(files.filter((path) => folderOf(path)))("%s imports from earlier folders only", (path) => {
    const allowed = FOLDERS.slice(0, FOLDERS.indexOf(folderOf(path)) + 1);
    for (const target of importsOf(path)) expect(allowed, `${path} → ${target}`).toContain(folderOf(target));
  });

  it("have no import cycles", () => {
    const done = new Set<string>();
    const visit = (path: string, chain: string[]): void => {
      expect(chain, `cycle: ${[...chain, path].join(" → ")}`).not.toContain(path);
      if (done.has(path)) return;
      for (const target of importsOf(path)) visit(target, [...chain, path]);
      done.add(path);
    };
    for (const path of files) visit(path, []);
  });
});

describe("components", () => {
  it.each(files.filter((path) => folderOf(path) === "components"))(
    "%s is a component of that name",
    (path) => {
      expect(path).toMatch(/\.tsx$/);
      const exported = [
        ...sources.get(path)!.matchAll(/^export (?:async )?(?:const|let|function|class) (\w+)/gm),
      ].map(([, name]) => name!);
      expect(exported).toContain(basename(path, ".tsx"));
      // Beside components a file may export hooks; anything else belongs into another folder.
      for (const name of exported) expect(name).toMatch(/^(?:[A-Z][a-z]\w*|use[A-Z]\w*)$/);
    },
  );
});

describe("Web Storage", () => {
  it("is used by one module", () => {
    const users = files.filter((path) => /\b(?:localStorage|sessionStorage)\b/.test(sources.get(path)!));
    expect(users).toEqual(["storage/webStorage.ts"]);
  });
});

describe("a source file", () => {
  it.each(files)("%s has at most 16,000 characters, in lines of at most 110 columns", (path) => {
    const text = sources.get(path)!;
    expect(text.length).toBeLessThanOrEqual(16_000);
    expect(text.split("\n").filter((line) => line.length > 110)).toEqual([]);
  });
});

describe("a test", () => {
  const tests = readdirSync(import.meta.dirname);
  it.each(tests)("%s has lines of at most 110 columns", (name) => {
    const text = readFileSync(join(import.meta.dirname, name), "utf8");
    expect(text.split("\n").filter((line) => line.length > 110)).toEqual([]);
  });
});

describe("names", () => {
  /** Everyday verbs that do not say what a function does. */
  const VAGUE = /\b(?:async |private |get |function )*(?:tell|take|look|say|hold|note|hand)\(/;

  it.each(files)("%s calls no function by a vague verb", (path) => {
    const code = sources.get(path)!.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "");
    expect(code.split("\n").filter((line) => VAGUE.test(line))).toEqual([]);
  });
});
