/** The address of the page's Jupyter server, from the page's configuration. */

export interface PageServer {
  /** Ends with a slash. */
  baseUrl: string;
  token: string;
}

/** The page's server, or null where the page is not one of Jupyter's (VS Code, Colab, marimo). */
export function findServer(doc: Document = document): PageServer | null {
  const config = readConfig(doc);
  if (config) return { baseUrl: withSlash(config.baseUrl ?? "/"), token: config.token ?? "" };
  const classic = doc.body?.dataset["baseUrl"];
  return classic && isOurs(classic, doc) ? { baseUrl: withSlash(classic), token: "" } : null;
}

/** VS Code sets it too, to a folder of its own or to a server that answers no page of VS Code's. */
function isOurs(url: string, doc: Document): boolean {
  return (
    URL.canParse(url, doc.baseURI) && new URL(url, doc.baseURI).origin === doc.defaultView?.location.origin
  );
}

function readConfig(doc: Document): { baseUrl?: string; token?: string } | null {
  const text = doc.getElementById("jupyter-config-data")?.textContent;
  if (!text) return null;
  try {
    return JSON.parse(text) as { baseUrl?: string; token?: string };
  } catch (error) {
    console.info("aiflow: the page's jupyter-config-data is none of Jupyter's:", error);
    return null;
  }
}

/** The cookie that a request repeats in a header; a hub requires it for GET as well. */
export function xsrfToken(doc: Document = document): string | null {
  const match = /(?:^|;\s*)_xsrf=([^;]*)/.exec(cookies(doc));
  return match?.[1] ? decodeURIComponent(match[1]) : null;
}

export function authHeaders(server: PageServer, doc: Document = document): Record<string, string> {
  const xsrf = xsrfToken(doc);
  if (xsrf) return { "X-XSRFToken": xsrf };
  return server.token ? { Authorization: `token ${server.token}` } : {};
}

function cookies(doc: Document): string {
  try {
    return doc.cookie;
  } catch {
    return ""; // a page without an origin (a sandboxed frame) throws on access: it has none
  }
}

function withSlash(url: string): string {
  return url.endsWith("/") ? url : `${url}/`;
}
