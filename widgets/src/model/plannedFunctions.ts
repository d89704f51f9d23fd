/** The functions that a plan names in its text. */

import type { Plan } from "./types";

/** A plan is short; a model's endless line must not block the page. */
const LIMIT = 20_000;
const CODE_SPAN = /`([^`\n]{1,80})`/g;
/** `step_time()`, `SnakeGame.move(dt)`; the class may stand before it. */
const CALL = /^([A-Za-z_][\w.]*)\(/;
/** A method without brackets; `README.md` looks like one too. */
const METHOD = /^[A-Z]\w*\.(?!(?:py|md|txt|json|csv|toml|html?|css|js)$)[a-z_]\w*$/;

/** Return the names of the functions, each once. A bare word may be a variable, so it is not counted. */
export function functionsOf({ markdown, files }: Plan): Set<string> {
  const paths = new Set(files.map(({ path }) => path));
  const found = new Set<string>();
  for (const [, text] of markdown.slice(0, LIMIT).matchAll(CODE_SPAN)) {
    const name = CALL.exec(text!)?.[1] ?? (METHOD.test(text!) ? text! : null);
    if (name && !paths.has(name)) found.add(name);
  }
  return found;
}
