/**
 * A program's output as lines of styled text. Only the end of a flood is kept, so memory and work are
 * bounded.
 */

import type { OutputStream } from "../api/program";
import { type AnsiPart, AnsiReader, type Style } from "./ansi";

export interface Span {
  text: string;
  stream: OutputStream;
  style: Style;
}

export type Line = Span[];

export const MAX_LINES = 5000;
export const MAX_CHARS = 1_000_000;
/** An endless line is broken at this length. */
export const MAX_LINE = 10_000;
/** Lines are dropped in batches: one at a time would move the whole array for each. */
const SLACK = 500;

export class Output {
  /** The lines that are complete; the first of them has the number `first`. */
  lines: Line[] = [];
  first = 0;
  /** The line that may still grow. */
  open: Line = [];
  /** Changes when the output is cleared. */
  epoch = 0;
  private chars = 0;
  private openChars = 0;
  private readonly readers = { stdout: new AnsiReader(), stderr: new AnsiReader(), stdin: new AnsiReader() };

  /** Whether the beginning was dropped. */
  get isCut(): boolean {
    return this.first > 0;
  }

  /** The number of the next line that will be complete. */
  get end(): number {
    return this.first + this.lines.length;
  }

  get isEmpty(): boolean {
    return this.end === 0 && this.open.length === 0;
  }

  push(stream: OutputStream, text: string): void {
    // The beginning of more than can be kept is not even parsed.
    if (text.length > MAX_CHARS) {
      this.forget();
      text = text.slice(-MAX_CHARS);
    }
    for (const part of this.readers[stream].read(text)) this.add(stream, part);
    this.trim();
  }

  text(): string {
    return [...this.lines, this.open].map((line) => line.map((span) => span.text).join("")).join("\n");
  }

  clear(): void {
    this.lines = [];
    this.first = 0;
    this.setOpen([]);
    this.chars = 0;
    this.epoch++;
  }

  private add(stream: OutputStream, part: AnsiPart): void {
    switch (part.kind) {
      case "text":
        this.write({ text: part.text, stream, style: part.style });
        break;
      case "newline":
        this.endLine();
        break;
      case "return":
        this.returned = true;
        break;
      case "erase":
        if (this.returned) this.setOpen([]);
        break;
      case "backspace":
        this.back();
        break;
      case "clear":
        this.clear();
        break;
    }
  }

  /** After a bare carriage return the next text replaces the line, as a progress bar intends. */
  private returned = false;

  private write(span: Span): void {
    if (this.returned) this.setOpen([]);
    // One line of a million characters would be laid out as a whole with each piece that is added.
    let { text } = span;
    while (this.openChars + text.length > MAX_LINE) {
      const fits = MAX_LINE - this.openChars;
      this.append({ ...span, text: text.slice(0, fits) });
      this.endLine();
      text = text.slice(fits);
    }
    if (text) this.append({ ...span, text });
  }

  private append(span: Span): void {
    const last = this.open.at(-1);
    if (last && last.stream === span.stream && last.style === span.style) last.text += span.text;
    else this.open.push(span);
    this.openChars += span.text.length;
  }

  private endLine(): void {
    this.lines.push(this.open);
    this.chars += this.openChars + 1;
    this.setOpen([]);
  }

  private back(): void {
    const last = this.open.at(-1);
    if (!last) return;
    last.text = [...last.text].slice(0, -1).join(""); // an emoji is two code units and one backspace
    if (!last.text) this.open.pop();
    this.openChars = this.open.reduce((sum, span) => sum + span.text.length, 0);
  }

  private setOpen(line: Line): void {
    this.open = line;
    this.openChars = line.reduce((sum, span) => sum + span.text.length, 0);
    this.returned = false;
  }

  private forget(): void {
    this.first = this.end + 1;
    this.lines = [];
    this.chars = 0;
    this.setOpen([]);
  }

  private trim(): void {
    const tooMany = this.lines.length > MAX_LINES + SLACK;
    if (!tooMany && this.chars <= MAX_CHARS) return;
    let drop = tooMany ? this.lines.length - MAX_LINES : 0;
    let chars = this.chars - this.lines.slice(0, drop).reduce((sum, line) => sum + sizeOf(line), 0);
    // Somewhat more than needed, so that not each further line is trimmed for itself.
    while (chars > MAX_CHARS * 0.9 && drop < this.lines.length) chars -= sizeOf(this.lines[drop++]!);
    this.lines.splice(0, drop);
    this.first += drop;
    this.chars = chars;
  }
}

function sizeOf(line: Line): number {
  return line.reduce((sum, span) => sum + span.text.length, 1);
}
