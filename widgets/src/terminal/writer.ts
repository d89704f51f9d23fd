/** Writes a program's output into the document: lines are appended, and the oldest ones leave in blocks. */

import type { Line, Output } from "./output";

/** Lines in one block: hidden blocks are not laid out, and old lines are removed by the block. */
const BLOCK_LINES = 100;

/** Appends new lines to the document by hand: a long text is never diffed. */
export class OutputWriter {
  private next = 0;
  private epoch: number;
  /** Complete lines in the tail, which become a block together. */
  private tailLines = 0;
  private openNode = document.createElement("span");
  private readonly ends: number[] = [];

  constructor(
    private readonly output: Output,
    private readonly blocks: HTMLElement,
    private readonly tail: HTMLElement,
  ) {
    this.epoch = output.epoch;
    this.reset();
  }

  update(): void {
    const { output } = this;
    if (this.epoch !== output.epoch) this.reset();
    if (this.next < output.first) this.skip();
    while (this.next < output.end) {
      const line = output.lines[this.next - output.first]!;
      this.openNode.before(...nodesOf(line), "\n");
      this.next++;
      this.tailLines++;
      // Not after an empty line: the end of a block stands for one line end, and here would be two.
      if (this.tailLines >= BLOCK_LINES && line.length > 0) this.closeBlock();
    }
    // Only the line that may still grow is drawn again.
    this.openNode.replaceChildren(...nodesOf(output.open));
    while (this.ends.length > 0 && this.ends[0]! <= output.first) {
      this.ends.shift();
      this.blocks.firstElementChild?.remove();
    }
  }

  private reset(): void {
    this.epoch = this.output.epoch;
    this.next = this.output.first;
    this.tailLines = 0;
    this.ends.length = 0;
    this.blocks.replaceChildren();
    this.tail.replaceChildren(this.openNode);
  }

  /** Lines were added and dropped between two updates; those in the tail are as old. */
  private skip(): void {
    this.next = this.output.first;
    this.tailLines = 0;
    this.tail.replaceChildren(this.openNode);
  }

  private closeBlock(): void {
    const block = document.createElement("div");
    this.openNode.previousSibling?.remove(); // the end of a block is the end of its last line
    while (this.tail.firstChild && this.tail.firstChild !== this.openNode) block.append(this.tail.firstChild);
    this.blocks.append(block);
    this.ends.push(this.next);
    this.tailLines = 0;
  }
}

function nodesOf(line: Line): Node[] {
  return line.map(({ text, stream, style }) => {
    const classes = [stream === "stdout" ? "" : `af-t-${stream}`, style.classes].filter(Boolean).join(" ");
    if (!classes && !style.css) return document.createTextNode(text);
    const span = document.createElement("span");
    span.textContent = text;
    if (classes) span.className = classes;
    if (style.css) span.style.cssText = style.css;
    return span;
  });
}
