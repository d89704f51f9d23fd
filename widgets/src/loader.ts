/**
 * The script that is sent with every widget: it fetches the workbench once per page and shows it.
 *
 * The bundle comes from the page's Jupyter server where that has our extension, else from the kernel, in a
 * message.
 */

import { authHeaders, findServer } from "./api/page";

interface Model {
  get(name: string): unknown;
  on(name: string, handler: (message: Reply) => void): void;
  off(name: string, handler: (message: Reply) => void): void;
  send(content: unknown): void;
}

interface Reply {
  id?: string;
  kind?: string;
  body?: { text: string };
}

interface Bundle {
  mount(options: { model: Model; el: HTMLElement }): () => void;
}

/** A kernel that computes answers nothing, and the person must see why there is no workbench. */
const KERNEL_TIMEOUT_MS = 20_000;
/** On the page's global object: each widget runs a copy of this script, and all share one bundle. */
const loaded = ((globalThis as { aiflowBundles?: Map<string, Promise<Bundle>> }).aiflowBundles ??= new Map());

async function fromServer(hash: string): Promise<string | null> {
  const server = findServer();
  if (!server) return null;
  // The hash changes with the bundle, so an upgrade is never answered from the browser's cache.
  const response = await fetch(`${server.baseUrl}aiflow/static/workbench.js?v=${hash}`, {
    headers: authHeaders(server),
  }).catch(() => null);
  return response?.ok && response.headers.get("Content-Type")?.includes("javascript")
    ? response.text()
    : null;
}

function fromKernel(model: Model): Promise<string> {
  return new Promise((resolve, reject) => {
    const id = `bundle-${Math.random().toString(36).slice(2)}`;
    const done = (): void => {
      clearTimeout(timer);
      model.off("msg:custom", onMessage);
    };
    const onMessage = (message: Reply): void => {
      if (message.id !== id || !message.body) return;
      done();
      resolve(message.body.text);
    };
    const timer = setTimeout(() => {
      done();
      reject(new Error("the kernel does not answer"));
    }, KERNEL_TIMEOUT_MS);
    model.on("msg:custom", onMessage);
    model.send({ id, kind: "bundle" });
  });
}

async function load(model: Model, hash: string): Promise<Bundle> {
  const text = (await fromServer(hash)) ?? (await fromKernel(model));
  const url = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
  try {
    return (await import(/* @vite-ignore */ url)) as Bundle;
  } catch (error) {
    // A page's policy may allow scripts from `data:` but not from `blob:`. Any other error is raised again
    // here.
    console.info("aiflow: the workbench does not load from a blob, trying data:", error);
    return (await import(
      /* @vite-ignore */ `data:text/javascript;charset=utf-8,${encodeURIComponent(text)}`
    )) as Bundle;
  } finally {
    URL.revokeObjectURL(url);
  }
}

async function render({ model, el }: { model: Model; el: HTMLElement }): Promise<() => void> {
  const hash = String(model.get("_bundle"));
  let bundle = loaded.get(hash);
  if (!bundle) {
    bundle = load(model, hash);
    loaded.set(hash, bundle);
  }
  try {
    return (await bundle).mount({ model, el });
  } catch (error) {
    loaded.delete(hash); // so that running the cell again tries again
    el.textContent = `AI Code Flow 工作台没能打开：请确认内核在运行，再运行一次这个单元格。(${String(error)})`;
    el.setAttribute("role", "alert");
    throw error;
  }
}

export default { render };
