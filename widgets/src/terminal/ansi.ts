/**
 * Reads text with ANSI escape sequences: styles, and the few movements that beginners' programs use.
 *
 * Not a library: anser, ansi_up and ansi-sequence-parser read neither `\r`, `\b` and erasing nor (but for
 * ansi_up, which writes HTML) a sequence cut between two messages, and two of them get a repeated or an empty
 * style code wrong.
 */

/** The style of a piece of text. */
export interface Style {
  /** Names of CSS classes; the sixteen colours are the theme's. */
  classes: string;
  /** Inline style: a colour that is not one of the sixteen. */
  css: string;
}

export type AnsiPart =
  | { kind: "text"; text: string; style: Style }
  | { kind: "newline" | "return" | "backspace" | "clear" | "erase" };

/** The attributes by the codes that switch them on and off; they are also the names of the CSS classes. */
const ON: Record<number, string> = {
  1: "bold",
  2: "dim",
  3: "italic",
  4: "underline",
  7: "inverse",
  9: "strikethrough",
};
const OFF: Record<number, string[]> = {
  22: ["bold", "dim"],
  23: ["italic"],
  24: ["underline"],
  27: ["inverse"],
  29: ["strikethrough"],
};

interface Pen {
  attributes: Set<string>;
  /** A colour of the theme, by its number, or any other one. */
  ink: string | number | null;
  paper: string | number | null;
}

const PLAIN: Style = { classes: "", css: "" };
const ESCAPE = "\u001b";
/** A longer sequence is not treated as one: a lone ESC must not hold back all later output. */
const LONGEST = 256;
const TOKENS = [
  /\u001b\[([0-9:;<=>?]*)[ -/]*([@-~])/, // a control sequence: its numbers and its final byte
  /\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)/, // an operating system command, e.g. a window title
  /\u001b[@-Z\\^_c78=>]/,
  /\u001b[()*+][0-9A-Za-z]/, // a character set
  /[\n\r\b]/,
  /[\u0000-\u0008\u000b-\u001f\u007f]/,
];
const TOKEN = new RegExp(TOKENS.map((token) => token.source).join("|"), "g");
const FIRST_TOKEN = new RegExp(`^(?:${TOKEN.source})`);

/** Reads one stream; a sequence may be cut anywhere. */
export class AnsiReader {
  private pen = freshPen();
  private style = PLAIN;
  private rest = "";

  read(chunk: string): AnsiPart[] {
    const text = this.complete(this.rest + chunk);
    const parts: AnsiPart[] = [];
    let from = 0;
    const plain = (to: number): void => {
      if (to > from) parts.push({ kind: "text", text: text.slice(from, to), style: this.style });
    };
    for (const match of text.matchAll(TOKEN)) {
      plain(match.index);
      from = match.index + match[0].length;
      const part = this.part(match);
      if (part) parts.push(part);
    }
    plain(text.length);
    return parts;
  }

  /** Keep a possible start of a sequence (or of `\r\n`) for the next chunk. */
  private complete(text: string): string {
    this.rest = "";
    const start = text.lastIndexOf(ESCAPE);
    if (text.endsWith("\r")) this.rest = "\r";
    else if (start >= 0 && text.length - start < LONGEST && !isWhole(text.slice(start)))
      this.rest = text.slice(start);
    return this.rest ? text.slice(0, text.length - this.rest.length) : text;
  }

  private part(match: RegExpMatchArray): AnsiPart | null {
    const [token, numbers, final] = match;
    if (token === "\n") return { kind: "newline" };
    if (token === "\b") return { kind: "backspace" };
    if (token === "\r") return match.input?.[match.index! + 1] === "\n" ? null : { kind: "return" };
    if (token === `${ESCAPE}c`) return { kind: "clear" };
    if (final === "m") this.applyCodes(numbers ?? "");
    else if (final === "J" && (numbers === "2" || numbers === "3")) return { kind: "clear" };
    else if (final === "K") return { kind: "erase" };
    return null;
  }

  private applyCodes(numbers: string): void {
    // Colons separate the parts of a colour in newer programs; an empty number is 0, as in `ESC[m`.
    const codes = numbers.split(/[;:]/).map((code) => Number(code) || 0);
    for (let at = 0; at < codes.length; at++) at = set(this.pen, codes, at);
    this.style = styleOf(this.pen);
  }
}

function isWhole(sequence: string): boolean {
  const match = FIRST_TOKEN.exec(sequence);
  return match !== null && match[0].length > 1;
}

function freshPen(): Pen {
  return { attributes: new Set(), ink: null, paper: null };
}

/** Apply the code at `at`; return the index of the last one that belongs to it. */
function set(pen: Pen, codes: number[], at: number): number {
  const code = codes[at]!;
  if (code === 0) Object.assign(pen, freshPen());
  else if (ON[code]) pen.attributes.add(ON[code]);
  else if (OFF[code]) for (const name of OFF[code]) pen.attributes.delete(name);
  else if (code === 39) pen.ink = null;
  else if (code === 49) pen.paper = null;
  else if (code >= 30 && code <= 37) pen.ink = code - 30;
  else if (code >= 90 && code <= 97) pen.ink = code - 82;
  else if (code >= 40 && code <= 47) pen.paper = code - 40;
  else if (code >= 100 && code <= 107) pen.paper = code - 92;
  else if (code === 38 || code === 48) return setColour(pen, code === 38 ? "ink" : "paper", codes, at);
  return at;
}

function setColour(pen: Pen, which: "ink" | "paper", codes: number[], at: number): number {
  if (codes[at + 1] === 5) {
    const index = Math.min(255, codes[at + 2] ?? 0);
    pen[which] = index < 16 ? index : paletteColour(index);
    return at + 2;
  }
  if (codes[at + 1] === 2) {
    const [red, green, blue] = [2, 3, 4].map((step) => Math.min(255, codes[at + step] ?? 0));
    pen[which] = `rgb(${red} ${green} ${blue})`;
    return at + 4;
  }
  return at;
}

/** The 6×6×6 cube and the greys of xterm's palette. */
function paletteColour(index: number): string {
  if (index >= 232) {
    const grey = 8 + (index - 232) * 10;
    return `rgb(${grey} ${grey} ${grey})`;
  }
  const level = (value: number): number => (value === 0 ? 0 : 55 + 40 * value);
  const at = index - 16;
  return `rgb(${level(Math.floor(at / 36))} ${level(Math.floor(at / 6) % 6)} ${level(at % 6)})`;
}

function styleOf({ attributes, ink, paper }: Pen): Style {
  const inverse = attributes.has("inverse");
  const [fg, bg] = inverse ? [paper ?? "paper", ink ?? "ink"] : [ink, paper];
  const classes = Object.values(ON).filter((name) => name !== "inverse" && attributes.has(name));
  const css: string[] = [];
  for (const [colour, prefix, property] of [
    [fg, "fg", "color"],
    [bg, "bg", "background-color"],
  ] as const) {
    if (colour === null) continue;
    if (typeof colour === "number" || !colour.startsWith("rgb(")) classes.push(`${prefix}-${colour}`);
    else css.push(`${property}:${colour}`);
  }
  return { classes: classes.map((name) => `af-t-${name}`).join(" "), css: css.join(";") };
}
