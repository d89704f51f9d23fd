import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import loader from "../src/loader";

/**
 * The workbench of these tests: says that it is there. Node imports no blobs, as a page whose policy forbids
 * them.
 */
const BUNDLE =
  "export const mount = ({ el }) => { el.textContent = '在'; return () => { el.textContent = ''; }; };";

type Reply = { id?: string; kind?: string; body?: { text: string } };

class FakeModel {
  readonly sent: { id: string; kind: string }[] = [];
  private readonly handlers = new Set<(message: Reply) => void>();
  constructor(
    private readonly hash: string,
    private readonly text: string | null = BUNDLE,
  ) {}
  get(): string {
    return this.hash;
  }
  on(_name: string, handler: (message: Reply) => void): void {
    this.handlers.add(handler);
  }
  off(_name: string, handler: (message: Reply) => void): void {
    this.handlers.delete(handler);
  }
  send(content: unknown): void {
    const { id, kind } = content as { id: string; kind: string };
    this.sent.push({ id, kind });
    const { text } = this;
    if (text === null) return;
    queueMicrotask(() => {
      for (const handler of [...this.handlers]) {
        handler({ id: "of another request", body: { text: "throw new Error('not this one');" } });
        handler({ id, kind: "reply", body: { text } });
      }
    });
  }
}

const page = (answer: () => Promise<Response>): ReturnType<typeof vi.fn> => {
  document.body.dataset["baseUrl"] = "/user/ann/";
  const fetched = vi.fn(answer);
  vi.stubGlobal("fetch", fetched);
  return fetched;
};

beforeEach(() => void vi.spyOn(console, "info").mockImplementation(() => undefined));
afterEach(() => {
  delete document.body.dataset["baseUrl"];
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

describe("the loader", () => {
  it("asks the kernel once in a page without Jupyter, and imports data where blobs are refused", async () => {
    const [first, second] = [new FakeModel("a"), new FakeModel("a")];
    const el = document.createElement("div");
    const leave = await loader.render({ model: first, el });
    expect(el.textContent).toBe("在");
    await loader.render({ model: second, el: document.createElement("div") });
    expect([first.sent.map(({ kind }) => kind), second.sent]).toEqual([["bundle"], []]);
    leave();
    expect(el.textContent).toBe("");
  });

  it("asks the page's server first", async () => {
    const fetched = page(
      async () => new Response(BUNDLE, { headers: { "Content-Type": "text/javascript" } }),
    );
    const model = new FakeModel("b");
    await loader.render({ model, el: document.createElement("div") });
    expect(fetched).toHaveBeenCalledWith("/user/ann/aiflow/static/workbench.js?v=b", { headers: {} });
    expect(model.sent).toEqual([]);
  });

  it.each([
    ["refuses", async () => new Response("", { status: 403 })],
    [
      "answers with a page of its own",
      async () => new Response("<!doctype html>", { headers: { "Content-Type": "text/html" } }),
    ],
    ["cannot be reached", () => Promise.reject(new TypeError("Failed to fetch"))],
  ])("asks the kernel where the server %s", async (how, answer) => {
    page(answer);
    const model = new FakeModel(how);
    const el = document.createElement("div");
    await loader.render({ model, el });
    expect([el.textContent, model.sent.length]).toEqual(["在", 1]);
  });

  it("says so where nobody answers, and asks again the next time", async () => {
    vi.useFakeTimers();
    const el = document.createElement("div");
    const lost = expect(loader.render({ model: new FakeModel("c", null), el })).rejects.toThrow(
      "does not answer",
    );
    await vi.advanceTimersByTimeAsync(20_000);
    await lost;
    expect([el.getAttribute("role"), el.textContent]).toEqual([
      "alert",
      expect.stringContaining("请确认内核在运行"),
    ]);
    vi.useRealTimers();
    const again = document.createElement("div");
    await loader.render({ model: new FakeModel("c"), el: again });
    expect(again.textContent).toBe("在");
  });
});
