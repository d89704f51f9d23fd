/** The import of a program: by the button, by dropping, cancelled, refused, and what is said of it. */

import { beforeEach, describe, expect, it, vi } from "vitest";
import { KernelTransport } from "../src/api/kernel";
import { RestTransport } from "../src/api/rest";
import { droppedFiles } from "../src/browser/droppedFiles";
import { ApiError } from "../src/model/errors";
import type { AIFlowEvent } from "../src/model/types";
import { importsOf } from "../src/session/imports";
import { until } from "./fakes";
import { eventsOf } from "./golden";
import { frame, PROJECT } from "./mounted";
import { HOSTILE, Page, project } from "./page";

let page: Page;
beforeEach(async () => {
  page = new Page();
  await page.list(project(1));
});

const blob = (name: string): { name: string; blob: Blob } => ({ name, blob: new Blob([name]) });
const report = { project_id: PROJECT, left_out: [], notes: [] };

/** Choose files as the browser's own dialog does. */
async function choose(...names: string[]): Promise<void> {
  const field = page.find<HTMLInputElement>("input[type=file]");
  const files = names.map((name) => new File([name], name));
  Object.defineProperty(field, "files", { configurable: true, value: files });
  field.dispatchEvent(new Event("change", { bubbles: true }));
  await until(() => importsOf(page.session).progress.value !== null, "an import");
  await frame();
}

describe("an import", () => {
  it("shows its progress, then the project with what was left out, converted and found", async () => {
    await choose("game.zip");
    expect(page.transport.calls.at(-1)).toEqual(["import", "game.zip"]);
    expect(page.find<HTMLProgressElement>("progress").value).toBe(50);
    expect(page.named(/^导入$/).disabled).toBe(true);
    page.transport.finishImport({
      ...report,
      left_out: [{ path: HOSTILE, reason: "名字指到了文件夹外面" }],
      notes: ["enemy.py 原来是 GBK 编码，换成了 UTF-8"],
    });
    await until(() => page.session.store.value?.projectId === PROJECT, "the project");
    await until(() => page.transport.streams.length > 0, "its events");
    const origin = { family_id: PROJECT, version: 1, cause: "import", request: "" };
    const [first, second, ...others] = eventsOf("completed").map((event) => ({
      ...event,
      // A file that is new is marked so for some seconds.
      timestamp: new Date().toISOString(),
    }));
    const imported = [first!, { ...second!, event_type: "version", ...origin } as AIFlowEvent, ...others];
    for (const event of imported) page.transport.streams[0]!.onEvent(event);
    await frame();
    await frame();
    expect(page.all("[role=treeitem]").length).toBeGreaterThan(2);
    expect(page.all("[data-mark=new]")).toEqual([]);
    expect(page.root.querySelector(".af-drawer")).toBeNull();
    expect(page.session.tab.value).toBe("specify");
    const notice = page.find(".af-notice");
    expect(notice.textContent).toMatch(/导入好了：放进来 \d+ 个文件，1 样没有放/);
    expect(notice.textContent).toContain(`${HOSTILE} 名字指到了文件夹外面`);
    expect(notice.textContent).toContain("换成了 UTF-8");
    expect(page.root.querySelector("img")).toBeNull();
    page.named(/^知道了$/).click();
    await frame();
    expect(page.root.querySelector(".af-imported")).toBeNull();
  });

  it("that is cancelled leaves the list as it was, and another one can follow", async () => {
    await choose("a.py", "b.py");
    expect(page.transport.calls.at(-1)).toEqual(["import", "a.py", "b.py"]);
    page.named(/^取消导入$/).click();
    await until(() => importsOf(page.session).progress.value === null, "the end");
    await frame();
    expect(page.root.querySelector(".af-drawer [role=alert]")).toBeNull();
    expect(page.find(".af-drawer")).toBeTruthy();
    await choose("a.py");
  });

  it("that is refused says why", async () => {
    await choose("photo.zip");
    page.transport.finishImport(new ApiError("这里没有能导入的程序。", 400, "no_program", false));
    await until(() => page.root.querySelector(".af-drawer [role=alert]") !== null, "the refusal");
    expect(page.find(".af-drawer [role=alert]").textContent).toBe("这里没有能导入的程序。");
    expect(page.session.store.value).toBeNull();
  });
});

describe("what is dropped", () => {
  type Entry = Partial<FileSystemFileEntry & FileSystemDirectoryEntry>;
  const file = (fullPath: string): Entry => ({
    isFile: true,
    isDirectory: false,
    name: fullPath.split("/").at(-1)!,
    fullPath,
    file: (resolve: (file: File) => void) => resolve(new File([fullPath], fullPath)),
  });
  const folder = (fullPath: string, ...batches: Entry[][]): Entry => ({
    isFile: false,
    isDirectory: true,
    name: fullPath.split("/").at(-1)!,
    fullPath,
    createReader: () => {
      const left = [...batches];
      return { readEntries: (resolve: (entries: unknown[]) => void) => resolve(left.shift() ?? []) } as never;
    },
  });
  const transfer = (...entries: Entry[]): DataTransfer =>
    ({ items: entries.map((entry) => ({ webkitGetAsEntry: () => entry })), files: [] }) as never;

  it("is a folder with all that is in it, but for what is never part of a program", async () => {
    const inner = folder("/game/pictures", [file("/game/pictures/a.png")]);
    const found = await droppedFiles(
      transfer(
        folder("/game", [file("/game/main.py"), folder("/game/.git")], [inner, folder("/game/node_modules")]),
      ),
    );
    expect(found.files.map(({ name }) => name)).toEqual(["game/main.py", "game/pictures/a.png"]);
    expect(found.skipped).toEqual(["game/.git/", "game/node_modules/"]);
  });

  it("ends at so many files that nobody would wait for them", async () => {
    const many = Array.from({ length: 5000 }, (_, index) => file(`/many/${index}.py`));
    expect((await droppedFiles(transfer(folder("/many", many)))).files).toHaveLength(2000);
  });
});

describe("over the kernel's messages", () => {
  it("the names go with the bytes of each file", async () => {
    const sent: { content: Record<string, unknown>; buffers: ArrayBuffer[] }[] = [];
    const shares: number[] = [];
    const handlers: ((message: object, buffers: DataView[]) => void)[] = [];
    const kernel = new KernelTransport({
      on: (_name, handler) => void handlers.push(handler),
      off: () => undefined,
      send: (content, _callbacks, buffers = []) => void sent.push({ content: content as never, buffers }),
    });
    const onProgress = (share: number): void => void shares.push(share);
    const { signal } = new AbortController();
    const imported = kernel.import([blob("a.py"), blob("包/b.py")], { signal, onProgress });
    await until(() => sent.length === 1, "the message");
    expect(sent[0]!.content).toMatchObject({ kind: "import", body: { names: ["a.py", "包/b.py"] } });
    expect(sent[0]!.buffers.map((buffer) => new TextDecoder().decode(buffer))).toEqual(["a.py", "包/b.py"]);
    handlers[0]!({ id: sent[0]!.content["id"], kind: "reply", body: report }, []);
    expect(await imported).toEqual(report);
    expect(shares).toEqual([1]);
  });
});

describe("over REST", () => {
  /** A request that a test answers. */
  class Request {
    static last: Request;
    status = 0;
    responseText = "";
    readonly headers: Record<string, string> = {};
    readonly upload: { onprogress?: (event: object) => void; onload?: () => void } = {};
    url = "";
    onload = (): void => undefined;
    onerror = (): void => undefined;
    onabort = (): void => undefined;
    constructor() {
      Request.last = this;
    }
    open(method: string, url: string): void {
      this.url = `${method} ${url}`;
    }
    setRequestHeader(name: string, value: string): void {
      this.headers[name] = value;
    }
    send(): void {
      // It is answered by the test.
    }
    abort(): void {
      this.onabort();
    }
    answer(status: number, body: object): void {
      Object.assign(this, { status, responseText: JSON.stringify(body) });
      this.onload();
    }
  }
  const shares: number[] = [];
  const start = (signal = new AbortController().signal): Promise<unknown> => {
    vi.stubGlobal("XMLHttpRequest", Request);
    const onProgress = (share: number): void => void shares.push(share);
    const rest = new RestTransport({ baseUrl: "/user/ann/", token: "t" });
    return rest.import([blob("包/a.py")], { signal, onProgress });
  };

  it("the files are a form, whose progress is told", async () => {
    const append = vi.spyOn(FormData.prototype, "append");
    const imported = start();
    const request = Request.last;
    expect(request.url).toBe("POST /user/ann/api/import");
    expect(request.headers).toEqual({ Authorization: "token t" });
    expect(append.mock.calls.map(([field, , name]) => [field, name])).toEqual([["files", "包/a.py"]]);
    request.upload.onprogress!({ loaded: 1, total: 4 });
    request.upload.onload!();
    request.answer(201, report);
    expect(await imported).toEqual(report);
    expect(shares).toEqual([0.25, 1]);
  });

  it("a refusal, a lost connection and giving up are told apart", async () => {
    const refused = start();
    Request.last.answer(413, { message: "太大了。", reason: "too_large", retryable: false });
    await expect(refused).rejects.toMatchObject({ status: 413, reason: "too_large", message: "太大了。" });
    const lost = start();
    Request.last.onerror();
    await expect(lost).rejects.toMatchObject({ reason: "connection_lost" });
    const controller = new AbortController();
    const given = start(controller.signal);
    controller.abort();
    await expect(given).rejects.toMatchObject({ name: "AbortError" });
  });
});
