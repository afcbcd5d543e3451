import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { connect as dial, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll } from "vitest";
import { connect, loadClient, openQueue, parseAddress, type Queue } from "../../src/cluster/index.js";

/** Whether nats-server is installed; `.ci/run` installs it, elsewhere its tests skip. */
export const hasServer = spawnSync("nats-server", ["--version"]).status === 0 || spawnSync("/usr/sbin/nats-server", ["--version"]).status === 0;
if (!hasServer) console.warn("nats-server is not installed: the tests of the queue skip.");

const BINARY = spawnSync("nats-server", ["--version"]).status === 0 ? "nats-server" : "/usr/sbin/nats-server";

/** A server of its own, on a free port, with its streams in a folder of its own. */
export interface TestServer {
  readonly url: string;
  readonly port: number;
  /** Ends it at once, as a crash would. */
  kill(): Promise<void>;
  /** Starts it again on the same port and folder. */
  restart(): Promise<void>;
}

const endings: (() => unknown)[] = [];
afterAll(async () => {
  for (const end of endings.reverse()) await end();
});

/** Starts a server; `args` go to it besides. It is ended after the tests of a file. */
export async function startServer(...args: readonly string[]): Promise<TestServer> {
  const folder = mkdtempSync(join(tmpdir(), "neyman-nats-"));
  const port = await freePort();
  let child: ChildProcess;
  const begin = async (): Promise<void> => {
    child = spawn(BINARY, ["-a", "127.0.0.1", "-p", String(port), ...(args.includes("--no-js") ? [] : ["-js", "-sd", folder]), ...args.filter((arg) => arg !== "--no-js")], { stdio: "ignore" });
    await answers(port);
  };
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGKILL");
    await once(child, "exit");
  };
  await begin();
  endings.push(async () => {
    await kill();
    rmSync(folder, { recursive: true, force: true });
  });
  return { url: `nats://127.0.0.1:${port}`, port, kill, restart: begin };
}

/** Opens a queue on a server, as the commands do; `claim`: milliseconds without a sign of life. Closed after the tests of a file. */
export async function joined(url: string, name: string, { claim = 1000, numerics = "test" } = {}): Promise<Queue> {
  const client = await loadClient();
  const address = parseAddress(url);
  const connection = await connect(client, address, {});
  endings.push(() => connection.close());
  return openQueue(client, connection, { name, shown: address.shown, numerics, claim });
}

/** A wire between clients and a server that can be cut: what is sent waits until it is mended. */
export interface Wire {
  readonly url: string;
  cut(): void;
  mend(): void;
}

/** Puts a wire before a server. */
export async function wireTo({ port }: TestServer): Promise<Wire> {
  const sockets = new Set<Socket>();
  let isCut = false;
  const proxy: Server = createServer((near) => {
    const far = dial(port, "127.0.0.1");
    for (const [from, to] of [[near, far], [far, near]] as const) {
      sockets.add(from);
      from.pipe(to);
      from.on("error", () => to.destroy()).on("close", () => sockets.delete(from));
      if (isCut) from.pause();
    }
  }).listen(0, "127.0.0.1");
  await once(proxy, "listening");
  endings.push(() => {
    sockets.forEach((socket) => socket.destroy());
    proxy.close();
  });
  return {
    url: `nats://127.0.0.1:${(proxy.address() as { port: number }).port}`,
    cut() {
      isCut = true;
      sockets.forEach((socket) => socket.pause());
    },
    mend() {
      isCut = false;
      sockets.forEach((socket) => socket.resume());
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}

async function answers(port: number): Promise<void> {
  for (;;) {
    const socket = dial(port, "127.0.0.1");
    const came = await Promise.race([once(socket, "data").then(() => true, () => false), pause(1000).then(() => false)]);
    socket.destroy();
    if (came) return;
    await pause(20);
  }
}
