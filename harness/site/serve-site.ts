import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { extname } from "node:path";
import { UserError } from "../text/user-error.ts";
import { siteFiles } from "./site-files.ts";
import { SITE_HEADERS } from "./site-headers.ts";

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".wasm": "application/wasm",
};

export interface ServedSite {
  readonly address: string;
  close(): Promise<void>;
}

/**
 * Serves the site to this machine only.
 *
 * @param port 0 for any free one
 * @throws UserError if the port is taken
 */
export async function serveSite(port: number): Promise<ServedSite> {
  const files = new Map((await siteFiles()).map(({ path, content }) => [`/${path}`, content]));
  const server = createServer(({ method, url }, response) => {
    const path = new URL(url ?? "/", "http://site").pathname.replace(/\/$/, "/index.html");
    const content = files.get(path);
    const status = method !== "GET" && method !== "HEAD" ? 405 : content === undefined ? 404 : 200;
    const type = status === 200 ? TYPES[extname(path)] : undefined;
    response.writeHead(status, { ...SITE_HEADERS, "content-type": type ?? "text/plain; charset=utf-8" });
    response.end(status === 200 ? content : `${status}\n`);
  });
  await listen(server, port);
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

async function listen(server: Server, port: number): Promise<void> {
  server.listen(port, "127.0.0.1");
  try {
    await once(server, "listening");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EADDRINUSE") {
      throw new UserError(`Port ${port} is in use.`, "Choose another with --port, or a free one with --port 0.");
    }
    throw new UserError(`Port ${port} cannot be opened (${code}).`, "Choose another with --port.");
  }
}
