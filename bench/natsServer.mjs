/** A NATS server with its streams in a folder of its own. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { connect as dial } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { connect, loadClient, openQueue, parseAddress } from "../dist/cluster/index.js";

const BINARY = existsSync("/usr/sbin/nats-server") ? "/usr/sbin/nats-server" : "nats-server";

export async function startServer(port) {
  const folder = mkdtempSync(join(tmpdir(), "neyman-nats-"));
  const url = `nats://127.0.0.1:${port}`;
  let child;
  const begin = async () => {
    child = spawn(BINARY, ["-a", "127.0.0.1", "-p", String(port), "-js", "-sd", folder], { stdio: "ignore" });
    for (let up = false; !up; ) {
      const socket = dial(port, "127.0.0.1");
      up = await Promise.race([once(socket, "data").then(() => true, () => false), pause(1000).then(() => false)]);
      socket.destroy();
    }
  };
  const kill = async () => {
    child.kill("SIGKILL");
    await once(child, "exit");
  };
  await begin();
  const end = () => child.kill("SIGKILL");
  process.once("exit", end); // a bench that fails leaves none behind
  return {
    url, kill, restart: begin,
    get pid() {
      return child.pid;
    },
    async stop() {
      await kill();
      process.off("exit", end);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Opens a queue. */
export async function joinQueue(url, { name, claim = 30_000, numerics = "bench" }) {
  const client = await loadClient();
  const connection = await connect(client, parseAddress(url), {});
  return openQueue(client, connection, { name, shown: url, numerics, claim });
}

/** Resident megabytes of a process. */
export function resident(pid) {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]) / 1024;
}

/** Seconds of the processor that a process has had. */
export function cpuSeconds(pid) {
  const [user, system] = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ").slice(11, 13);
  return (Number(user) + Number(system)) / 100;
}
