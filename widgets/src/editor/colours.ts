/** The colours of code: for editors, and for text that is shown without one. */

import { HighlightStyle, type Language, LanguageSupport } from "@codemirror/language";
import { highlightCode, type Tag, tagHighlighter, tags } from "@lezer/highlight";
import { languageOf } from "./languages";

/** The name of a colour in the stylesheet, the tags that have it, and what else they have. */
const ROLES: [colour: string, tag: Tag[], more?: { fontStyle?: string; fontWeight?: string }][] = [
  ["keyword", [tags.keyword, tags.modifier, tags.controlKeyword, tags.operatorKeyword]],
  ["string", [tags.string, tags.special(tags.string), tags.link, tags.url]],
  ["comment", [tags.comment], { fontStyle: "italic" }],
  ["number", [tags.number, tags.bool, tags.null, tags.atom]],
  ["def", [tags.function(tags.definition(tags.variableName)), tags.definition(tags.className)]],
  ["def", [tags.tagName, tags.typeName, tags.className]],
  ["def", [tags.heading], { fontWeight: "600" }],
  ["property", [tags.propertyName, tags.attributeName]],
];

export const editorColours = HighlightStyle.define([
  ...ROLES.map(([name, tag, more]) => ({ tag, color: `var(--af-code-${name})`, ...more })),
  { tag: tags.emphasis, fontStyle: "italic" },
  { tag: tags.strong, fontWeight: "600" },
  { tag: tags.invalid, color: "var(--jp-mirror-editor-error-color, #c02b2b)" },
]);

const classes = tagHighlighter(ROLES.map(([name, tag]) => ({ tag, class: `af-code-${name}` })));
/** A longer text is shown in one colour: it would be parsed while the page waits. */
const LIMIT = 50_000;

/** A piece of a line and the class of its colour; the class is empty where it has none. */
export interface Piece {
  text: string;
  class: string;
}

/** Return the pieces of each line of a text. */
export function colouredLines(path: string, text: string): Piece[][] {
  const language = parserOf(path);
  if (!language || text.length > LIMIT) return text.split("\n").map((line) => [{ text: line, class: "" }]);
  const lines: Piece[][] = [[]];
  highlightCode(
    text,
    language.parser.parse(text),
    classes,
    (piece, name) => lines.at(-1)!.push({ text: piece, class: name }),
    () => lines.push([]),
  );
  return lines;
}

/** The pieces between two characters of a line. */
export function cutPieces(pieces: readonly Piece[], from: number, to: number): Piece[] {
  let at = 0;
  return pieces.flatMap((piece) => {
    const start = at;
    at += piece.text.length;
    const text = piece.text.slice(Math.max(0, from - start), Math.max(0, to - start));
    return text ? [{ ...piece, text }] : [];
  });
}

function parserOf(path: string): Language | null {
  const [first] = [languageOf(path)].flat();
  return first instanceof LanguageSupport ? first.language : null;
}
