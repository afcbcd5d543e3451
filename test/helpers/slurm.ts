import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { cpus, hostname, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { randomBytes } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";

/** A SLURM cluster of this machine alone. */
export interface Cluster {
  /** What its commands need. */
  readonly env: NodeJS.ProcessEnv;
  stop(): Promise<void>;
}

const PROGRAMS = ["/usr/sbin/munged", "/usr/sbin/slurmctld", "/usr/sbin/slurmd", "/usr/bin/sbatch"];

/** Why no cluster can be started here; null: one can. */
export function slurmMissing(): string | null {
  const missing = PROGRAMS.filter((file) => !existsSync(file));
  if (missing.length > 0) return `no ${missing.join(", ")} here (Debian: slurm-wlm, munge)`;
  return process.getuid?.() === 0 ? null : "its daemons must be started by root";
}

/** Starts munged, slurmctld and slurmd with everything in a folder of their own: no control groups, no accounting. */
export async function startSlurm(): Promise<Cluster> {
  const folder = mkdtempSync(join(tmpdir(), "neyman-slurm-"));
  chmodSync(folder, 0o755);
  const at = (name: string): string => join(folder, name);
  for (const name of ["state", "spool"]) mkdirSync(at(name));
  writeFileSync(at("munge.key"), randomBytes(128), { mode: 0o400 });
  const [controller, node] = [await freePort(), await freePort()];
  writeFileSync(at("slurm.conf"), `ClusterName=test
SlurmctldHost=${hostname()}(127.0.0.1)
SlurmctldPort=${controller}
SlurmdPort=${node}
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=${at("munge.socket")}
CredType=cred/munge
MpiDefault=none
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
ReturnToService=2
StateSaveLocation=${at("state")}
SlurmdSpoolDir=${at("spool")}
SlurmctldPidFile=${at("slurmctld.pid")}
SlurmdPidFile=${at("slurmd.pid")}
SchedulerType=sched/builtin
SchedulerParameters=batch_sched_delay=0,sched_min_interval=100000
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/none
NodeName=${hostname()} NodeAddr=127.0.0.1 CPUs=${cpus().length} RealMemory=${Math.floor((0.9 * totalmem()) / 2 ** 20)} State=UNKNOWN
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP
`);
  const env = { ...process.env, SLURM_CONF: at("slurm.conf") };
  const daemons: ChildProcess[] = [];
  const daemon = (file: string, ...args: readonly string[]): void => {
    daemons.push(spawn(file, args, { env, stdio: "ignore" }));
  };
  daemon("/usr/sbin/munged", "--foreground", "--force", `--key-file=${at("munge.key")}`, `--socket=${at("munge.socket")}`, `--pid-file=${at("munged.pid")}`, `--log-file=${at("munged.log")}`, `--seed-file=${at("munged.seed")}`);
  while (!existsSync(at("munge.socket"))) await pause(20);
  daemon("/usr/sbin/slurmctld", "-D", "-i", "-f", at("slurm.conf"), "-L", at("slurmctld.log"));
  // `-b`: as after a boot; it asks nothing of the machine that the configuration does not say.
  daemon("/usr/sbin/slurmd", "-D", "-b", "-f", at("slurm.conf"), "-L", at("slurmd.log"), "-N", hostname());
  const stop = async (): Promise<void> => {
    for (const child of daemons.reverse()) {
      const ended = new Promise((resume) => child.once("exit", resume));
      child.kill("SIGTERM");
      await Promise.race([ended, pause(3000).then(() => child.kill("SIGKILL"))]);
    }
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  const end = performance.now() + 30_000;
  while (!isIdle(env)) {
    if (performance.now() > end) {
      const logs = ["munged.log", "slurmctld.log", "slurmd.log"].map((name) => (existsSync(at(name)) ? readFileSync(at(name), "utf8").split("\n").slice(-15).join("\n") : ""));
      await stop();
      throw new Error(`SLURM does not start.\n${logs.join("\n")}`);
    }
    await pause(100);
  }
  return { env, stop };
}

function isIdle(env: NodeJS.ProcessEnv): boolean {
  try {
    return execFileSync("sinfo", ["--noheader", "--format=%T"], { env, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim() === "idle";
  } catch {
    return false; // not yet there
  }
}

async function freePort(): Promise<number> {
  return new Promise((found) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => found(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}
