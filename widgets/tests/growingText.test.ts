import { beforeEach, describe, expect, it } from "vitest";
import { GrowingText } from "../src/browser/growingText";

const LINE = "    screen.fill(BLACK)  # 清空画面\n";

let element: HTMLElement;
let blocks: GrowingText;

const pieces = (): HTMLElement[] => [...element.querySelectorAll<HTMLElement>(":scope > div > div")];
const texts = (): string[] => pieces().map((piece) => piece.textContent);

beforeEach(() => {
  element = document.createElement("div");
  blocks = new GrowingText(element);
});

describe("the blocks of a long text", () => {
  it("hold it word for word, however it is cut", () => {
    const text = Array.from({ length: 400 }, (_, at) => `${at}${LINE}`).join("");
    for (let at = 0; at < text.length; at += 17) blocks.append(text.slice(at, at + 17));
    expect(element.textContent).toBe(text);
    expect(element.children.length).toBeGreaterThan(3);
    for (const piece of texts().slice(0, -1)) expect(piece.endsWith("\n")).toBe(true);
  });

  it("change nothing but the last piece, which is short, when it grows", () => {
    for (let at = 0; at < 100; at++) blocks.append(LINE);
    const before = texts();
    for (let at = 0; at < 100; at++) {
      blocks.append(LINE);
      expect(texts().slice(0, before.length - 1)).toEqual(before.slice(0, -1));
      expect(texts().at(-1)!.length).toBeLessThan(300 + LINE.length);
    }
  });

  it("keep a line whole up to a limit, and cut one that never ends", () => {
    blocks.append("字".repeat(11_000));
    expect(pieces()).toHaveLength(1);
    blocks.append("字".repeat(20_000));
    expect(texts().map((piece) => piece.length)).toEqual([12_000, 12_000, 7000]);
  });

  it("give up their beginning, in whole blocks, when they hold too much, and say so", () => {
    const long = LINE.repeat(100);
    let cut = 0;
    for (let at = 0; at < 100; at++) if (blocks.append(long)) cut++;
    expect(cut).toBeGreaterThan(0);
    expect(element.textContent.length).toBeLessThanOrEqual(150_000);
    expect(element.textContent.length).toBeGreaterThan(140_000);
    expect(element.textContent.startsWith(LINE)).toBe(true);
  });

  it("begin anew when they were emptied", () => {
    blocks.append(LINE);
    blocks.clear();
    expect(element.textContent).toBe("");
    expect(blocks.append("neu")).toBe(false);
    expect(element.textContent).toBe("neu");
  });

  it("take nothing for nothing", () => {
    expect(blocks.append("")).toBe(false);
    expect(element.children).toHaveLength(0);
  });
});
