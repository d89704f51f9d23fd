import { afterEach, describe, expect, it, vi } from "vitest";
import { KernelTransport } from "../src/api/kernel";
import type { KernelMessage, Messages } from "../src/api/kernelMessages";
import type { StreamOptions } from "../src/api/transport";
import { ProgramRun } from "../src/program/run";

type Handler = (content: KernelMessage, buffers: DataView[]) => void;

class FakeModel implements Messages {
  sent: { id: string; kind: string; body?: Record<string, unknown> }[] = [];
  buffers: (ArrayBuffer[] | undefined)[] = [];
  handlers = new Set<Handler>();
  on(_name: "msg:custom", handler: Handler): void {
    this.handlers.add(handler);
  }
  off(_name: "msg:custom", handler: Handler): void {
    this.handlers.delete(handler);
  }
  send(content: unknown, _callbacks?: unknown, buffers?: ArrayBuffer[]): void {
    this.sent.push(content as never);
    this.buffers.push(buffers);
  }
  receive(message: KernelMessage, buffers: DataView[] = []): void {
    for (const handler of [...this.handlers]) handler(message, buffers);
  }
}

const viewOf = (text: string): DataView => new DataView(new TextEncoder().encode(text).buffer);

afterEach(() => void vi.useRealTimers());

describe("the kernel transport", () => {
  it("matches answers to requests by their id, in any order, and leaves no handler behind", async () => {
    const model = new FakeModel();
    const kernel = new KernelTransport(model);
    const generated = kernel.generate({ prompt: "x" });
    const listed = kernel.projects();
    const [first, second] = model.sent;
    expect([first!.kind, second!.kind]).toEqual(["generate", "projects"]);
    model.receive({ id: second!.id, kind: "reply", body: { projects: [] } });
    model.receive({ id: "of-another-widget", kind: "reply", body: {} });
    model.receive({ id: first!.id, kind: "reply", body: { project_id: "p" } });
    expect(await generated).toBe("p");
    expect(await listed).toEqual([]);
    expect(model.handlers.size).toBe(0);
  });

  it("renames, compares, and takes a picture from the message's bytes", async () => {
    const model = new FakeModel();
    const kernel = new KernelTransport(model);
    const answers = [
      kernel.rename("p", "t"),
      kernel.compare("p", "q"),
      kernel.thumbnail("p").then((blob) => blob.text()),
    ];
    expect(model.sent.map(({ kind, body }) => [kind, body])).toEqual([
      ["rename", { project_id: "p", title: "t" }],
      ["compare", { project_id: "p", to: "q" }],
      ["thumbnail", { project_id: "p" }],
    ]);
    model.receive({ id: model.sent[0]!.id, kind: "reply", body: { title: "t" } });
    model.receive({ id: model.sent[1]!.id, kind: "reply", body: { files: [] } });
    model.receive({ id: model.sent[2]!.id, kind: "reply", body: {} }, [viewOf("png")]);
    expect(await Promise.all(answers)).toEqual(["t", [], "png"]);
  });

  it("passes the kernel's refusal on", async () => {
    const model = new FakeModel();
    const retried = new KernelTransport(model).retry("p");
    const error = { status: 409, message: "已经重试了 3 次。", reason: "conflict", retryable: false };
    model.receive({ id: model.sent[0]!.id, kind: "error", error });
    await expect(retried).rejects.toMatchObject(error);
  });

  it("does not wait for ever for a kernel that is gone", async () => {
    vi.useFakeTimers();
    const model = new FakeModel();
    const refused = expect(new KernelTransport(model, 1000).welcome()).rejects.toMatchObject({
      reason: "kernel_gone",
    });
    await vi.advanceTimersByTimeAsync(1001);
    await refused;
    expect(model.sent.at(-1)!.kind).toBe("abort");
  });

  it("streams events until the reply, and stops when it is given up", async () => {
    const model = new FakeModel();
    const kernel = new KernelTransport(model);
    const seen: unknown[] = [];
    const controller = new AbortController();
    const options: StreamOptions = {
      after: 3,
      follow: true,
      signal: controller.signal,
      onAlive: () => undefined,
      onEvent: (event) => seen.push(event),
    };
    const ended = kernel.stream("p", options);
    const { id, body } = model.sent[0]!;
    expect(body).toEqual({ project_id: "p", after: 3, follow: true });
    model.receive({ id, kind: "events", events: ['{"seq":4}', '{"seq":5}'] });
    model.receive({ id, kind: "reply", body: {} });
    await ended;
    expect(seen).toEqual([{ seq: 4 }, { seq: 5 }]);
    const given = kernel.stream("p", options);
    controller.abort();
    await expect(given).rejects.toMatchObject({ name: "AbortError" });
    expect(model.sent.at(-1)).toEqual({ id: model.sent.at(-2)!.id, kind: "abort" });
  });

  it("carries files as bytes, both ways", async () => {
    const model = new FakeModel();
    const kernel = new KernelTransport(model);
    const read = kernel.file("p", "main.py");
    model.receive(
      { id: model.sent[0]!.id, kind: "reply", body: { content_type: "text/x-python", etag: '"a"' } },
      [viewOf("x = 1\n")],
    );
    const file = await read;
    expect(new TextDecoder().decode(file.bytes)).toBe("x = 1\n");
    expect(file.etag).toBe('"a"');
    const saved = kernel.save("p", "main.py", "字", '"a"');
    expect(new TextDecoder().decode(model.buffers[1]![0])).toBe("字");
    model.receive({ id: model.sent[1]!.id, kind: "reply", body: { etag: '"b"' } });
    expect(await saved).toEqual({ etag: '"b"', projectId: "p" });
  });
});

describe("a widget whose kernel is gone for good", () => {
  class DeadModel extends FakeModel {
    override send(): void {
      throw new Error("Cannot send");
    }
  }

  it("says so at once, and leaves nothing behind", async () => {
    vi.useFakeTimers();
    vi.spyOn(console, "info").mockImplementation(() => undefined);
    const model = new DeadModel();
    const kernel = new KernelTransport(model);
    await expect(kernel.projects()).rejects.toMatchObject({
      status: 0,
      reason: "kernel_gone",
      retryable: true,
    });
    const run = new ProgramRun((order) => kernel.program(order), "p", "run", [], { flush: (show) => show() });
    await vi.advanceTimersByTimeAsync(1);
    expect([run.state.value, model.handlers.size, vi.getTimerCount()]).toEqual(["refused", 0, 0]);
    vi.restoreAllMocks();
  });
});

describe("a program of the kernel", () => {
  const PROJECT = "8dda92dd-0000-4000-8000-000000000000";

  function begin(): { model: FakeModel; run: ProgramRun; id: string; say: (message: unknown) => void } {
    vi.useFakeTimers();
    const model = new FakeModel();
    const kernel = new KernelTransport(model);
    const run = new ProgramRun((order) => kernel.program(order), PROJECT, "play", ["一"], {
      flush: (show) => show(),
    });
    const { id } = model.sent[0]!;
    return {
      model,
      run,
      id,
      say: (message) => model.receive({ id, kind: "program", text: JSON.stringify(message) }),
    };
  }

  it("asks, is answered, and ends, and leaves no handler behind", () => {
    const { model, run, id, say } = begin();
    expect(model.sent[0]).toEqual({
      id,
      kind: "program",
      body: { project_id: PROJECT, mode: "play", args: ["一"], session: null },
    });
    say({ type: "started", session: "s", mode: "play" });
    say({ type: "output", stream: "stdout", text: "名字？" });
    say({ type: "input_wanted" });
    expect([run.state.value, run.inputWanted.value, run.output.text()]).toEqual(["running", true, "名字？"]);
    run.answer("小明");
    expect(model.sent.at(-1)).toEqual({ id, kind: "say", body: { type: "stdin", text: "小明\n" } });
    say({ type: "ended", exit_code: 0, reason: "exit", message: "", traceback: null });
    model.receive({ id, kind: "reply", body: {} });
    expect([run.state.value, model.handlers.size, vi.getTimerCount()]).toEqual(["ended", 0, 0]);
  });

  it("passes a picture on unchanged", () => {
    const { model, run, id, say } = begin();
    say({ type: "started", session: "s", mode: "play" });
    const shown = vi.spyOn(run, "onFrame").mockImplementation(() => undefined);
    const picture = new DataView(new ArrayBuffer(14));
    picture.setUint16(2, 640);
    picture.setUint16(4, 480);
    picture.setUint32(8, 7);
    model.receive({ id, kind: "program" }, [picture]);
    expect(shown).toHaveBeenCalledWith(expect.objectContaining({ width: 640, height: 480, seq: 7 }));
    run.disconnect();
  });

  it("says that the page is there, for as long as it watches", () => {
    const { model, run, id, say } = begin();
    say({ type: "started", session: "s", mode: "play" });
    vi.advanceTimersByTime(60_000);
    expect(model.sent.slice(1)).toEqual(
      Array.from({ length: 3 }, () => ({ id, kind: "say", body: { type: "here" } })),
    );
    run.disconnect();
    expect(model.sent.at(-1)).toEqual({ id, kind: "abort" });
    expect(vi.getTimerCount()).toBe(0);
  });

  it("is refused in the kernel's words", () => {
    const { model, run, id } = begin();
    const error = {
      status: 500,
      message: "你已经有 4 个程序在运行",
      reason: "too_many_programs",
      retryable: false,
    };
    model.receive({ id, kind: "error", error });
    expect(run.state.value).toBe("refused");
    expect(run.refusal.value).toMatchObject({ message: error.message, reason: error.reason });
    expect(model.handlers.size).toBe(0);
  });

  it("is given up where the kernel is gone: at the start, and when it shall stop", () => {
    const first = begin();
    vi.advanceTimersByTime(60_000);
    expect([first.run.state.value, first.model.handlers.size]).toEqual(["refused", 0]);
    const second = begin();
    second.say({ type: "started", session: "s", mode: "play" });
    second.run.stop();
    vi.advanceTimersByTime(15_000);
    expect(second.run.state.value).toBe("lost");
    vi.advanceTimersByTime(300_000);
    expect([second.run.state.value, second.model.handlers.size]).toEqual(["ended", 0]);
  });
});
