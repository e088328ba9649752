import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A `redis-server` of a test's own, on a free port of this machine. */
export class RedisServer {
  readonly port: number;
  readonly #folder: string;
  readonly #options: readonly string[];
  #process: ChildProcess | undefined;

  private constructor(port: number, folder: string, options: readonly string[]) {
    this.port = port;
    this.#folder = folder;
    this.#options = options;
  }

  /**
   * Starts one that writes every change to disk.
   *
   * @param options such as `--requirepass secret`
   * @throws if it is not installed
   */
  static async start(...options: readonly string[]): Promise<RedisServer> {
    const folder = mkdtempSync(join(tmpdir(), "kernelmark-test-redis-"));
    const server = new RedisServer(await freePort(), folder, options);
    await server.resume().catch((error) => {
      rmSync(folder, { recursive: true, force: true });
      throw error;
    });
    return server;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Ends it: in order, or as a power failure would, with the loss of everything. */
  async stop(how: "in order" | "losing all" = "in order"): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (child === undefined) return;
    const exited = once(child, "exit");
    child.kill(how === "in order" ? "SIGTERM" : "SIGKILL");
    await exited;
    if (how === "losing all") rmSync(join(this.#folder, "appendonlydir"), { recursive: true, force: true });
  }

  /** Starts it again, with what it has on disk. */
  async resume(): Promise<void> {
    const settings = ["--port", String(this.port), "--bind", "127.0.0.1", "--dir", this.#folder];
    const persistence = ["--save", "", "--appendonly", "yes"];
    const child = spawn("redis-server", [...settings, ...persistence, ...this.#options], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    this.#process = child;
    await new Promise<void>((resolve, reject) => {
      let output = "";
      child.once("error", () =>
        reject(new Error("These tests need redis-server. Install it: sudo apt-get install redis-server")),
      );
      child.once("exit", () => reject(new Error(`redis-server ended: ${output}`)));
      child.stdout!.setEncoding("utf8").on("data", (text) => {
        output += text;
        if (output.includes("Ready to accept connections")) resolve();
      });
    });
  }

  /** Ends it for good, and deletes its files. */
  async close(): Promise<void> {
    await this.stop("losing all");
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** A port on which nothing listens. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}
