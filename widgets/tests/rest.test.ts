import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { authHeaders, findServer } from "../src/api/page";
import { RestTransport } from "../src/api/rest";
import type { StreamOptions } from "../src/api/transport";
import { ApiError } from "../src/model/errors";

const SERVER = { baseUrl: "/user/ann/", token: "" };
type Call = { url: string; init: RequestInit & { headers: Record<string, string> } };

let calls: Call[];
let answer: () => Response | Promise<Response>;
const transport = (): RestTransport =>
  new RestTransport(SERVER, async (url, init) => {
    calls.push({ url: String(url), init: init as Call["init"] });
    return answer();
  });

const json = (body: unknown, status = 200): Response => new Response(JSON.stringify(body), { status });

beforeEach(() => {
  calls = [];
  document.cookie = "_xsrf=2%7Cabc; path=/";
});
afterEach(() => {
  document.cookie = "_xsrf=; expires=Thu, 01 Jan 1970 00:00:00 GMT; path=/";
  document.getElementById("jupyter-config-data")?.remove();
  vi.useRealTimers();
});

function options(change: Partial<StreamOptions> = {}): StreamOptions {
  return {
    after: 0,
    follow: true,
    signal: new AbortController().signal,
    onEvent: () => undefined,
    onAlive: () => undefined,
    ...change,
  };
}

describe("the page", () => {
  it("says where its server is, and is none of Jupyter's where it does not", () => {
    expect(findServer()).toBeNull();
    const script = document.createElement("script");
    script.id = "jupyter-config-data";
    script.type = "application/json";
    script.textContent = JSON.stringify({ baseUrl: "/user/ann", token: "t" });
    document.head.append(script);
    expect(findServer()).toEqual({ baseUrl: "/user/ann/", token: "t" });
  });

  it("is none of Jupyter's where something else has its names", () => {
    const note = vi.spyOn(console, "info").mockImplementation(() => undefined);
    const script = document.createElement("script");
    script.id = "jupyter-config-data";
    script.textContent = "window.config = {};";
    document.head.append(script);
    expect(findServer()).toBeNull();
    expect(note).toHaveBeenCalledOnce();
    note.mockRestore();
  });

  it("has a server where its body says so, if that is the page's own", () => {
    const said = (url: string): unknown => {
      document.body.dataset["baseUrl"] = url;
      return findServer()?.baseUrl;
    };
    expect(said("/user/ann")).toBe("/user/ann/");
    expect(said(`${location.origin}/user/ann/`)).toBe(`${location.origin}/user/ann/`);
    // VS Code: the folder with the widgets' scripts, or the server that the kernel is on.
    expect(said("file:///home/ann/.vscode/extensions/jupyter/temp/")).toBeUndefined();
    expect(said("http://127.0.0.1:8888/")).toBeUndefined();
    delete document.body.dataset["baseUrl"];
  });

  it("has no cookie where looking for one throws, as in a sandboxed frame", () => {
    const sandboxed = Object.defineProperty({}, "cookie", {
      get: () => {
        throw new DOMException("The document is sandboxed", "SecurityError");
      },
    }) as Document;
    expect(authHeaders({ baseUrl: "/", token: "t" }, sandboxed)).toEqual({ Authorization: "token t" });
  });

  it("authorises with the cookie's token, or with the page's where there is no cookie", () => {
    expect(authHeaders({ baseUrl: "/", token: "t" })).toEqual({ "X-XSRFToken": "2|abc" });
    document.cookie = "_xsrf=; expires=Thu, 01 Jan 1970 00:00:00 GMT; path=/";
    expect(authHeaders({ baseUrl: "/", token: "t" })).toEqual({ Authorization: "token t" });
    expect(authHeaders({ baseUrl: "/", token: "" })).toEqual({});
  });
});

describe("the REST transport", () => {
  it.each([
    ["Jupyter without the extension", () => json({ message: "Not Found", reason: null }, 404)],
    [
      "voila, which serves allowed files",
      () => json({ message: "Forbidden", reason: "File not allowlisted" }, 403),
    ],
    [
      "a host that answers every address with its page",
      () => new Response("<!doctype html><title>host</title>"),
    ],
    ["a host that answers with JSON of its own", () => json({ ok: true })],
    ["a host that answers null", () => json(null)],
    ["a server of files", () => new Response("", { status: 405 })],
  ])("finds no extension at %s", async (_, found) => {
    answer = found;
    await expect(transport().welcome()).rejects.toMatchObject({ status: 404, reason: "no_extension" });
  });

  it.each([
    [
      "a refusal of ours",
      () => json({ message: "请重新登录。", reason: "http_403", retryable: false }, 403),
      403,
    ],
    ["a server that is being started", () => new Response("<h1>503</h1>", { status: 503 }), 503],
    ["a broken connection", () => Promise.reject(new TypeError("Failed to fetch")), 0],
  ])("says what is wrong at %s", async (_, found, status) => {
    answer = found;
    await expect(transport().welcome()).rejects.toMatchObject({ status });
  });

  it("sends X-XSRFToken with every request, under the base URL", async () => {
    const rest = transport();
    answer = () => json({ templates: [], projects: [], project_id: "p", root: { children: [] } });
    await rest.welcome();
    await rest.generate({ prompt: "x" });
    await rest.projects();
    await rest.request("p");
    await rest.tree("p");
    await rest.file("p", "a.py");
    await rest.save("p", "a.py", "x", null);
    await rest.download("p");
    await rest.retry("p");
    await rest.cancel("p");
    await rest.resume("p");
    await rest.remove("p");
    await rest.rename("p", "t");
    await rest.thumbnail("p");
    await rest.compare("p", "q");
    await rest.stream("p", options());
    expect(calls).toHaveLength(16);
    for (const { url, init } of calls) {
      expect(url.startsWith("/user/ann/api/")).toBe(true);
      expect(init.headers["X-XSRFToken"]).toBe("2|abc");
    }
  });

  it("renames, compares, and asks for a picture by its entity tag", async () => {
    const rest = transport();
    answer = () => json({ project_id: "p", title: "新名字" });
    expect(await rest.rename("p", " 新名字 ")).toBe("新名字");
    expect([calls[0]!.init.method, calls[0]!.url, calls[0]!.init.body]).toEqual([
      "PATCH",
      "/user/ann/api/projects/p",
      '{"title":" 新名字 "}',
    ]);
    const files = [{ path: "main.py", change: "added", before_bytes: null, after_bytes: 5 }];
    answer = () => json({ before: "p", after: "q", files });
    expect(await rest.compare("p", "q")).toEqual(files);
    expect(calls[1]!.url).toBe("/user/ann/api/projects/p/compare?to=q");
    answer = () => new Response("png", { headers: { "Content-Type": "image/png" } });
    expect(await (await rest.thumbnail("p")).text()).toBe("png");
    expect([calls[2]!.url, calls[2]!.init.cache]).toEqual(["/user/ann/api/projects/p/thumbnail", "no-cache"]);
    answer = () => json({ message: "这个项目没有缩略图。", reason: "no_thumbnail", retryable: false }, 404);
    await expect(rest.thumbnail("p")).rejects.toMatchObject({ status: 404, reason: "no_thumbnail" });
  });

  it("asks for the templates once per page, and again only after a failure", async () => {
    const rest = transport();
    answer = () => json({ message: "配置不对。", reason: "config_invalid", retryable: false }, 503);
    await expect(rest.welcome()).rejects.toMatchObject({
      status: 503,
      reason: "config_invalid",
      message: "配置不对。",
    });
    answer = () => json({ templates: [], capabilities: ["run"] });
    expect((await rest.welcome()).capabilities).toEqual({ run: true, play: false });
    await rest.welcome();
    expect(calls).toHaveLength(2);
  });

  it("reads events, resumes after the last one, and says when it does not follow", async () => {
    const rest = transport();
    const seen: unknown[] = [];
    answer = () => new Response('id: 8\nevent: chunk\ndata: {"seq":8}\n\n: ping\n\n');
    await rest.stream("p", options({ after: 7, follow: false, onEvent: (event) => seen.push(event) }));
    expect(calls[0]!.url).toBe("/user/ann/api/stream/p?last_event_id=7&follow=false");
    expect(seen).toEqual([{ seq: 8 }]);
    answer = () => new Response(null, { status: 204 });
    await expect(rest.stream("p", options({ after: 8 }))).resolves.toBeUndefined();
  });

  it("reads the same events wherever the bytes are cut, and whichever line ends are used", async () => {
    const text =
      'retry: 1000\n\n: ping\n\nid: 1\nevent: chunk\ndata: {"text":"你好，🐍"}\n\n' +
      'id: 2\r\nevent: status\r\ndata: {"a":\r\ndata: 1}\r\n\r\n' +
      'id: 3\rdata:{"b":2}\r\rdata: {"never":"ended"}';
    const bytes = new TextEncoder().encode(text);
    for (const size of [1, 2, 3, 5, 7, 11, 13, 40, bytes.length]) {
      const pieces: Uint8Array[] = [];
      for (let at = 0; at < bytes.length; at += size) pieces.push(bytes.subarray(at, at + size));
      answer = () =>
        new Response(
          new ReadableStream({ pull: (out) => (pieces.length ? out.enqueue(pieces.shift()!) : out.close()) }),
        );
      const seen: unknown[] = [];
      await transport().stream("p", options({ onEvent: (event) => seen.push(event) }));
      expect(seen, `pieces of ${size}`).toEqual([{ text: "你好，🐍" }, { a: 1 }, { b: 2 }]);
    }
  });

  it("rejects when the server reports an error inside a stream", async () => {
    answer = () =>
      new Response(
        'event: error\ndata: {"message":"磁盘满了。","reason":"storage_failed","retryable":false}\n\n',
      );
    await expect(transport().stream("p", options())).rejects.toMatchObject({
      status: 500,
      reason: "storage_failed",
    });
  });

  it("tells a broken connection from a refusal and from giving up", async () => {
    const rest = transport();
    answer = () => Promise.reject(new TypeError("Failed to fetch"));
    await expect(rest.stream("p", options())).rejects.toMatchObject({ status: 0, reason: "connection_lost" });
    answer = () => new Response("<html>login</html>", { status: 403 });
    await expect(rest.stream("p", options())).rejects.toMatchObject({ status: 403, reason: "http_403" });
    const controller = new AbortController();
    controller.abort();
    answer = () => Promise.reject(new DOMException("given up", "AbortError"));
    await expect(rest.stream("p", options({ signal: controller.signal }))).rejects.not.toBeInstanceOf(
      ApiError,
    );
  });

  it("takes a connection without a sign of life for lost", async () => {
    vi.useFakeTimers();
    const rest = new RestTransport(
      SERVER,
      (_url, init) =>
        new Promise((_resolve, reject) => {
          init?.signal?.addEventListener("abort", () => reject(new DOMException("given up", "AbortError")));
        }),
    );
    const lost = expect(rest.stream("p", options())).rejects.toMatchObject({ reason: "connection_lost" });
    await vi.advanceTimersByTimeAsync(46_000);
    await lost;
  });

  it("saves against the version that was read and reports the new one", async () => {
    const rest = transport();
    answer = () => new Response(null, { status: 204, headers: { ETag: '"b"' } });
    expect(await rest.save("p", "包/main.py", "x = 1\n", '"a"')).toEqual({ etag: '"b"', projectId: "p" });
    expect(calls[0]!.init.headers["If-Match"]).toBe('"a"');
    expect(calls[0]!.init.method).toBe("PUT");
  });

  it("encodes names that mean something in an address", async () => {
    answer = () => new Response("x");
    await transport().file("p", "a b/100%?#{to}.py");
    expect(calls[0]!.url).toBe("/user/ann/api/projects/p/files/a%20b/100%25%3F%23%7Bto%7D.py");
  });
});
