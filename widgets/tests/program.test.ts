import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type ProgramSocket, type ProgramSpec, programUrl } from "../src/api/program";
import { splitArgs } from "../src/program/programs";
import { ProgramRun } from "../src/program/run";
import { claimProgram, readProgram } from "../src/storage/webStorage";

class FakeSocket {
  static all: FakeSocket[] = [];
  readyState: number = WebSocket.OPEN;
  binaryType = "";
  sent: unknown[] = [];
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: (() => void) | null = null;

  constructor(readonly url: string) {
    FakeSocket.all.push(this);
  }

  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }

  close(): void {
    this.readyState = WebSocket.CLOSED;
  }

  say(message: unknown): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }

  drop(): void {
    this.readyState = WebSocket.CLOSED;
    this.onclose?.();
  }
}

const SERVER = { baseUrl: "/user/小明/", token: "" };
const PROJECT = "8dda92dd-0000-4000-8000-000000000000";
const shows: (() => void)[] = [];

function begin(session?: string): { run: ProgramRun; socket: FakeSocket } {
  const connect = (spec: ProgramSpec): ProgramSocket =>
    new FakeSocket(programUrl(SERVER, spec)) as unknown as ProgramSocket;
  const run = new ProgramRun(connect, PROJECT, "run", [], { session, flush: (show) => shows.push(show) });
  return { run, socket: FakeSocket.all.at(-1)! };
}

function flush(): void {
  for (const show of shows.splice(0)) show();
}

beforeEach(() => {
  vi.useFakeTimers();
  FakeSocket.all = [];
  shows.length = 0;
  sessionStorage.clear();
});
afterEach(() => {
  vi.useRealTimers();
  document.cookie = "_xsrf=; expires=Thu, 01 Jan 1970 00:00:00 GMT";
});

describe("a program", () => {
  it("is asked for below the base URL, with the cookie's token", () => {
    document.cookie = "_xsrf=2|a%3D";
    const url = new URL(programUrl(SERVER, { projectId: PROJECT, mode: "play", args: ["一", "b c"] }));
    expect(url.protocol).toBe("ws:");
    expect(decodeURIComponent(url.pathname)).toBe(`/user/小明/api/projects/${PROJECT}/program`);
    expect(url.searchParams.getAll("arg")).toEqual(["一", "b c"]);
    expect([...url.searchParams.keys()]).toEqual(["mode", "tell", "arg", "arg", "_xsrf"]);
    expect(url.searchParams.get("_xsrf")).toBe("2|a=");
  });

  it("asks, is answered, and ends", () => {
    const { run, socket } = begin();
    expect(run.state.value).toBe("starting");
    socket.say({ type: "started", session: "s", mode: "run" });
    socket.say({ type: "output", stream: "stdout", text: "名字？" });
    socket.say({ type: "input_wanted" });
    flush();
    expect([run.state.value, run.inputWanted.value, run.output.text()]).toEqual(["running", true, "名字？"]);
    run.answer("小明");
    flush();
    expect(socket.sent).toEqual([{ type: "stdin", text: "小明\n" }]);
    expect([run.inputWanted.value, run.output.text()]).toEqual([false, "名字？小明\n"]);
    socket.say({ type: "ended", exit_code: 0, reason: "exit", message: "", traceback: null });
    expect([run.state.value, run.isAlive, socket.readyState]).toEqual(["ended", false, WebSocket.CLOSED]);
    expect(readProgram(PROJECT)).toBeNull();
  });

  it("shows a thousand messages in one go", () => {
    const { run, socket } = begin();
    socket.say({ type: "started", session: "s", mode: "run" });
    for (let line = 0; line < 1000; line++)
      socket.say({ type: "output", stream: "stdout", text: `${line}\n` });
    expect(shows.length).toBe(1);
    flush();
    expect([run.revision.value, run.output.end]).toEqual([1, 1000]);
  });

  it("is found again after a lost connection, and reported from the beginning", () => {
    const { run, socket } = begin();
    socket.say({ type: "started", session: "s1", mode: "run" });
    socket.say({ type: "output", stream: "stdout", text: "eins\n" });
    flush();
    socket.drop();
    expect(run.state.value).toBe("lost");
    vi.advanceTimersByTime(300);
    const again = FakeSocket.all.at(-1)!;
    expect(again).not.toBe(socket);
    expect(new URL(again.url).searchParams.get("session")).toBe("s1");
    again.say({ type: "started", session: "s1", mode: "run" });
    again.say({ type: "output", stream: "stdout", text: "eins\nzwei\n" });
    flush();
    expect([run.state.value, run.output.text()]).toEqual(["running", "eins\nzwei\n"]);
    // What the old connection still says is nobody's.
    socket.say({ type: "output", stream: "stdout", text: "old" });
    flush();
    expect(run.output.text()).toBe("eins\nzwei\n");
  });

  it("is given up after ten seconds, when the server has ended it", () => {
    const { run, socket } = begin();
    socket.say({ type: "started", session: "s1", mode: "run" });
    socket.drop();
    for (let second = 0; second < 14 && run.isAlive; second++) {
      vi.advanceTimersByTime(1000);
      FakeSocket.all.at(-1)!.drop();
    }
    expect([run.state.value, run.ended.value]).toEqual(["ended", null]);
    const tries = FakeSocket.all.length;
    vi.advanceTimersByTime(60_000);
    expect(FakeSocket.all.length).toBe(tries);
  });

  it("says why it was refused, and does not try again", () => {
    const { run, socket } = begin();
    socket.say({ type: "error", reason: "too_many_programs", message: "太多了", retryable: true });
    socket.drop();
    vi.advanceTimersByTime(20_000);
    expect([run.state.value, run.refusal.value?.message, FakeSocket.all.length]).toEqual([
      "refused",
      "太多了",
      1,
    ]);
  });

  it("that never answered is refused without a reason", () => {
    const { run, socket } = begin();
    socket.drop();
    expect([run.state.value, run.refusal.value]).toEqual(["refused", null]);
  });

  it("is remembered while it runs, for one who comes back, once", () => {
    const { socket } = begin();
    socket.say({ type: "started", session: "s1", mode: "run" });
    expect(claimProgram(PROJECT)).toEqual({ session: "s1", mode: "run", args: [] });
    expect(claimProgram(PROJECT)).toBeNull();
    sessionStorage.setItem(`aiflow.program.${PROJECT}`, "{");
    expect(claimProgram(PROJECT)).toBeNull();
  });

  it.each([
    ["", []],
    ["  a  b ", ["a", "b"]],
    ['\'二 三\' "x\'y" --n="1 2"', ["二 三", "x'y", "--n=1 2"]],
    ["''", [""]],
  ])("takes %j as arguments", (text, words) => {
    expect(splitArgs(text)).toEqual(words);
  });
});
