import { afterEach, describe, expect, it, vi } from "vitest";
import { KernelTransport, type KernelMessage, type Messages } from "../src/transport/kernel";
import type { StreamOptions } from "../src/transport/types";

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
    const answers = [kernel.rename("p", "t"), kernel.compare("p", "q"), kernel.thumbnail("p").then((blob) => blob.text())];
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
    const refused = expect(new KernelTransport(model, 1000).welcome()).rejects.toMatchObject({ reason: "kernel_gone" });
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
      after: 3, follow: true, signal: controller.signal, onAlive: () => undefined, onEvent: (event) => seen.push(event),
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
    model.receive({ id: model.sent[0]!.id, kind: "reply", body: { content_type: "text/x-python", etag: '"a"' } }, [viewOf("x = 1\n")]);
    const file = await read;
    expect(new TextDecoder().decode(file.bytes)).toBe("x = 1\n");
    expect(file.etag).toBe('"a"');
    const saved = kernel.save("p", "main.py", "字", '"a"');
    expect(new TextDecoder().decode(model.buffers[1]![0])).toBe("字");
    model.receive({ id: model.sent[1]!.id, kind: "reply", body: { etag: '"b"' } });
    expect(await saved).toBe('"b"');
  });
});
