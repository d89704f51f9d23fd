/** A long text in the document that grows at its end and is cut at its beginning; no part is laid out twice.
 *
 * Lines are grouped in pieces, and pieces in blocks. Appended text changes the last piece only, so a frame
 * lays out a few lines; a complete block is not drawn while it is hidden.
 */

/** A piece is closed at the first line end after this many characters. */
const PIECE = 300;
const BLOCK = 3000;
/** An endless line is cut at this length. */
const HARD = 12_000;
/** The document keeps this much of one text; copying copies all of it. */
const SHOWN = 150_000;

interface Block {
  element: HTMLElement;
  length: number;
}

export class GrowingText {
  #blocks: Block[] = [];
  #total = 0;
  /** The last piece, while it may grow. */
  #open: Text | null = null;

  constructor(readonly element: HTMLElement) {}

  clear(): void {
    this.element.replaceChildren();
    this.#blocks = [];
    this.#total = 0;
    this.#open = null;
  }

  /** Add to the end; true if something was cut from the beginning. */
  append(text: string): boolean {
    let rest = text;
    while (rest) {
      const piece = (this.#open ??= this.#begin());
      const used = piece.length;
      const line = rest.indexOf("\n", Math.max(0, PIECE - used));
      // At a line end, so that no line is split between two pieces, which are blocks of their own.
      const end = Math.min(line < 0 ? rest.length : line + 1, HARD - used);
      piece.appendData(rest.slice(0, end));
      this.#blocks.at(-1)!.length += end;
      this.#total += end;
      if (end === line + 1 || used + end >= HARD) this.#open = null;
      rest = rest.slice(end);
    }
    return this.#trim();
  }

  #begin(): Text {
    let block = this.#blocks.at(-1);
    if (!block || block.length >= BLOCK) {
      block = { element: document.createElement("div"), length: 0 };
      this.#blocks.push(block);
      this.element.append(block.element);
    }
    const piece = document.createElement("div");
    const text = document.createTextNode("");
    piece.append(text);
    block.element.append(piece);
    return text;
  }

  #trim(): boolean {
    let cut = false;
    while (this.#total > SHOWN) {
      const first = this.#blocks.shift()!;
      this.#total -= first.length;
      first.element.remove();
      cut = true;
    }
    return cut;
  }
}
