/**
 * The messages between a running program and the page (`aiflow.workspace.program_sessions`), and where they
 * travel: a WebSocket to the Jupyter server, or an object with the same interface over the kernel's messages.
 */

import { type PageServer, xsrfToken } from "./page";

export type ProgramMode = "run" | "play";

/** An error, explained to a beginner. */
export interface Explained {
  error: string;
  original: string;
  meaning: string;
  advice: string;
  path: string | null;
  line: number | null;
  code: string | null;
}

export interface EndedMessage {
  type: "ended";
  exit_code: number | null;
  reason: string;
  message: string;
  traceback: Explained | null;
}

export type OutputStream = "stdout" | "stderr" | "stdin";

export type ProgramMessage =
  | { type: "started"; session: string; mode: ProgramMode }
  | { type: "output"; stream: OutputStream; text: string }
  | { type: "input_wanted" }
  | EndedMessage
  | { type: "error"; message: string; reason: string };

/** A picture of the program's window. */
export interface Frame {
  seq: number;
  width: number;
  height: number;
  image: Blob;
}

/** A figure that the program showed; one with the number of an earlier one takes its place. */
export interface Figure {
  number: number;
  image: Blob;
}

/** Keyboard and mouse input to a game, as `aiflow.sandbox.player` reads it. */
export type PlayerEvent =
  | { type: "key_down" | "key_up"; code: string; key: string; repeat?: boolean }
  | { type: "pointer_move" | "pointer_down" | "pointer_up"; x: number; y: number; button: number }
  | { type: "wheel"; dx: number; dy: number }
  | { type: "text"; text: string }
  | { type: "focus" }
  | { type: "blur" };

export type ProgramRequest =
  | { type: "stdin"; text: string }
  | { type: "eof" }
  | { type: "stop" }
  | { type: "frame" }
  | { type: "input"; event: PlayerEvent };

export interface ProgramSpec {
  projectId: string;
  mode: ProgramMode;
  args: readonly string[];
  /** The session of a program that runs since before the page was reloaded. */
  session?: string | undefined;
}

/** The part of a WebSocket that is used, so that another object can stand in for it. */
export type ProgramSocket = Pick<
  WebSocket,
  "readyState" | "binaryType" | "send" | "close" | "onmessage" | "onclose"
>;

/** The address of a program. A browser's WebSocket sends no own headers, so all is in the query. */
export function programUrl(server: PageServer, spec: ProgramSpec, doc: Document = document): string {
  const url = new URL(
    `${server.baseUrl}api/projects/${encodeURIComponent(spec.projectId)}/program`,
    doc.location.href,
  );
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  const query = url.searchParams;
  query.set("mode", spec.mode);
  query.set("tell", "1");
  for (const arg of spec.args) query.append("arg", arg);
  if (spec.session !== undefined) query.set("session", spec.session);
  const xsrf = xsrfToken(doc);
  if (xsrf) query.set("_xsrf", xsrf);
  else if (server.token) query.set("token", server.token);
  return url.href;
}
