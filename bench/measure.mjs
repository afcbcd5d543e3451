/** What all benches share: the Python peer's environment, whole processes, spreads. */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

export const here = import.meta.dirname;

/** The peer's Python, set up on first use from peers/requirements.txt. */
export function python() {
  const venv = join(here, ".venv");
  const binary = join(venv, "bin", "python");
  if (!existsSync(join(venv, "ready"))) {
    const steps = [
      ["python3", "-m", "venv", venv],
      [binary, "-m", "pip", "install", "--quiet", "--requirement", join(here, "peers", "requirements.txt")],
      ["touch", join(venv, "ready")],
    ];
    for (const [command, ...rest] of steps) {
      const { status } = spawnSync(command, rest, { stdio: "inherit" });
      if (status !== 0) throw new Error(`${command} ${rest.join(" ")} failed`);
    }
  }
  return binary;
}

/** Runs a whole process: seconds by the clock and of CPU (to .03), and the peak resident memory (MB) of the process and its threads. */
export async function wholeProcess(command, args) {
  const start = performance.now();
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  child.stdout.on("data", (chunk) => (output += chunk));
  let peak = 0;
  let cpu = 0;
  const watch = setInterval(() => {
    peak = Math.max(peak, residentPeak(child.pid));
    cpu = Math.max(cpu, cpuSeconds(child.pid));
  }, 20);
  const code = await new Promise((resolve) => child.on("close", resolve));
  clearInterval(watch);
  if (code !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${code}`);
  return { wall: (performance.now() - start) / 1000, cpu, peak, output };
}

/** A process that answers each line of JSON with one; numerical libraries in it use one thread. */
export function start(command, args) {
  const env = { ...process.env, OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1", PYTHONWARNINGS: "ignore" };
  const child = spawn(command, args, { stdio: ["pipe", "pipe", "ignore"], env });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  return {
    async ask(question) {
      child.stdin.write(`${JSON.stringify(question)}\n`);
      return JSON.parse((await lines.next()).value);
    },
    /** One more line of an answer that has several. */
    next: async () => JSON.parse((await lines.next()).value),
    stop: () => child.stdin.end(),
  };
}

/** Of a process and its threads so far; ticks are hundredths. */
function cpuSeconds(pid) {
  try {
    const [user, system] = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ").slice(11, 13);
    return (Number(user) + Number(system)) / 100;
  } catch {
    return 0; // it has just ended
  }
}

function residentPeak(pid) {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]) / 1024;
  } catch {
    return 0; // it has just ended
  }
}

/** min, median and max. */
export function spread(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return { min: sorted[0], median: sorted[Math.floor((sorted.length - 1) / 2)], max: sorted.at(-1) };
}

/** `3.1 (2.9-3.4)` */
export function shown(values, digits = 2) {
  const { min, median, max } = spread(values);
  return `${median.toFixed(digits)} (${min.toFixed(digits)}-${max.toFixed(digits)})`;
}

/** Where a result was measured. */
export function machine() {
  return `${cpus()[0].model}, ${cpus().length} cores, Node ${process.version}, ${new Date().toISOString().slice(0, 10)}`;
}
