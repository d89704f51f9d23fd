import { describe, expect, it } from "vitest";
import { AnsiReader } from "../src/terminal/ansi";
import { MAX_CHARS, MAX_LINE, MAX_LINES, Output } from "../src/terminal/output";

const ESC = "\u001b";

function printed(...chunks: string[]): Output {
  const output = new Output();
  for (const chunk of chunks) output.push("stdout", chunk);
  return output;
}

/** Text with its styles, as `text<classes|css>`. */
function styled(text: string): string[] {
  const output = printed(text);
  return [...output.lines, output.open].flatMap((line) =>
    line.map((span) => `${span.text}<${span.style.classes}|${span.style.css}>`),
  );
}

describe("output", () => {
  it.each([
    ["a\nb\n\nc", "a\nb\n\nc"],
    ["a\r\nb", "a\nb"],
    ["10%\r20%\r100%", "100%"],
    ["10%\r\n20%", "10%\n20%"],
    ["abc\b\bX", "aX"],
    ["你好🐍\b!", "你好!"],
    [`old\n${ESC}[H${ESC}[2Jnew`, "new"],
    [`old${ESC}cnew`, "new"],
    [`done\r${ESC}[K50%`, "50%"],
    [`${ESC}]0;title\u0007shown`, "shown"],
    [`${ESC}[?25lhidden cursor${ESC}[?25h`, "hidden cursor"],
    ["bell\u0007, null\u0000, tab\t.", "bell, null, tab\t."],
    ["<b>&amp;", "<b>&amp;"],
    [`${ESC}[999999999999999999mx`, "x"],
  ])("shows %j as %j", (text, shown) => {
    expect(printed(text).text()).toBe(shown);
    expect(printed(...text).text()).toBe(shown); // one character at a time
  });

  it.each([
    [`${ESC}[31mred${ESC}[0m plain`, ["red<af-t-fg-1|>", " plain<|>"]],
    [
      `${ESC}[1;4;92mx${ESC}[22my`,
      ["x<af-t-bold af-t-underline af-t-fg-10|>", "y<af-t-underline af-t-fg-10|>"],
    ],
    [`${ESC}[38;5;196mx`, ["x<|color:rgb(255 0 0)>"]],
    [`${ESC}[38;5;9mx`, ["x<af-t-fg-9|>"]],
    [`${ESC}[48;5;240mx`, ["x<|background-color:rgb(88 88 88)>"]],
    [`${ESC}[38;2;1;2;300mx`, ["x<|color:rgb(1 2 255)>"]],
    [`${ESC}[7mx${ESC}[27my`, ["x<af-t-fg-paper af-t-bg-ink|>", "y<|>"]],
    [`${ESC}[31mx${ESC}[my`, ["x<af-t-fg-1|>", "y<|>"]],
    [`${ESC}[38mx`, ["x<|>"]],
  ])("reads the styles of %j", (text, spans) => {
    expect(styled(text)).toEqual(spans);
  });

  it("keeps the streams apart and in order", () => {
    const output = new Output();
    output.push("stdout", "名字？");
    output.push("stdin", "小明\n");
    output.push("stderr", `${ESC}[31`);
    output.push("stdout", "你好\n");
    output.push("stderr", "mbad\n");
    expect(output.text()).toBe("名字？小明\n你好\nbad\n");
    expect(output.lines.map((line) => line.map((span) => span.stream))).toEqual([
      ["stdout", "stdin"],
      ["stdout"],
      ["stderr"],
    ]);
  });

  it("keeps the end of a flood, and little of it", () => {
    const output = new Output();
    for (let part = 0; part < 100; part++) {
      output.push(
        "stdout",
        Array.from({ length: 1000 }, (_, line) => `line ${part * 1000 + line}\n`).join(""),
      );
      expect(output.lines.length).toBeLessThanOrEqual(MAX_LINES + 500);
    }
    expect(output.end).toBe(100_000);
    expect(output.isCut).toBe(true);
    expect(output.lines.at(-1)?.[0]?.text).toBe("line 99999");
  });

  it("breaks a line that never ends, and holds no more than it may", () => {
    const output = new Output();
    for (let part = 0; part < 40; part++) output.push("stdout", "x".repeat(100_000));
    expect(output.text().length).toBeLessThanOrEqual(MAX_CHARS * 1.1);
    expect(Math.max(...output.lines.map((line) => line[0]!.text.length))).toBe(MAX_LINE);
    output.push("stdout", "y".repeat(50 * MAX_CHARS));
    expect(output.text().length).toBeLessThanOrEqual(MAX_CHARS * 1.1);
  });

  it("forgets a sequence that never ends", () => {
    const reader = new AnsiReader();
    const parts = reader.read(`${ESC}[${"1;".repeat(5000)}`);
    expect(parts.length).toBeGreaterThan(0);
  });
});
