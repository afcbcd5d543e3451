import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { parseAllDocuments } from "yaml";
import type { Job } from "../../src/cli/jobs/job.js";
import { kubernetesManifest } from "../../src/cli/jobs/kubernetes.js";
import { slurmScript } from "../../src/cli/jobs/slurm.js";
import { version } from "../../src/version.js";
import { filesBelow, neyman, workspace } from "../helpers/cli.js";
import { panelCsv } from "../helpers/panelCsv.js";

const JOB: Job = { name: "neyman-it-s", study: "it's $HOME.yaml", folder: "/data/it's", store: "/data/a store", shards: 4, threads: 2, nuisances: 30, seconds: 700, limitMinutes: 60, memoryGigabytes: 3 };

const STUDY = `data: { file: panel.csv, unit: firm, time: year }
base: { outcome: y, treatment: d, controls: [x1, x2], learner: ols }
tables: [{ id: main, columns: [{}] }]
`;

/** Of batch/v1's Job and what it holds (Kubernetes' OpenAPI, 1.29 to 1.34), the fields in use: their types, or what they hold. */
const CONTAINER = {
  name: "string", image: "string", workingDir: "string", command: ["string"],
  resources: { requests: { cpu: "string", memory: "string" }, limits: { memory: "string" } },
  volumeMounts: [{ name: "string", mountPath: "string" }],
};
const FIELDS = {
  apiVersion: "string", kind: "string", metadata: { name: "string" },
  spec: {
    completionMode: "string", completions: "number", parallelism: "number", backoffLimit: "number", activeDeadlineSeconds: "number",
    podFailurePolicy: { rules: [{ action: "string", onExitCodes: { containerName: "string", operator: "string", values: ["number"] } }] },
    template: { spec: { restartPolicy: "string", containers: [CONTAINER], volumes: [{ name: "string", persistentVolumeClaim: { claimName: "string" } }] } },
  },
};

/** The places of a value that are not as `fields` has them. */
function foreignIn(value: unknown, fields: unknown, at = ""): readonly string[] {
  if (typeof fields === "string") return typeof value === fields ? [] : [at];
  if (Array.isArray(fields)) return Array.isArray(value) ? value.flatMap((one, i) => foreignIn(one, fields[0], `${at}[${i}]`)) : [at];
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [at];
  return Object.entries(value).flatMap(([name, own]) => {
    const known = (fields as Readonly<Record<string, unknown>>)[name];
    return known === undefined ? [`${at}.${name}`] : foreignIn(own, known, `${at}.${name}`);
  });
}

/** What a shell runs of a script whose \`sbatch\` and \`cd\` only tell what they were given. */
function ranBy(script: string): string {
  const stubs = `sbatch() { echo "sbatch $*" >&2; cat >&2; echo 7; }; cd() { echo "cd $*" >&2; }; set -- --partition=main\n`;
  return execFileSync("bash", ["-c", `exec 2>&1; ${stubs}${script}`], { encoding: "utf8" });
}

describe("a job for SLURM", () => {
  it("is a script that submits the shards, then the merge when all have ended well", () => {
    const said = ranBy(slurmScript(JOB));
    expect(said).toContain("cd /data/it's\n");
    expect(said).toContain("sbatch --parsable --partition=main\n#!/bin/bash\n#SBATCH --job-name=neyman-it-s\n#SBATCH --array=1-4\n#SBATCH --cpus-per-task=2\n#SBATCH --mem=3G\n#SBATCH --time=60\n");
    expect(said).toContain("sbatch --parsable --dependency=afterok:7 --kill-on-invalid-dep=yes --partition=main\n");
    expect(said).toContain("Shards: job 7; merge: job 7. How far they are: neyman status");
  });

  it("names files so that a shell reads them back, whatever is in them", () => {
    const commands = [...slurmScript(JOB).matchAll(/^exec neyman (.*)$/gm)].map(([, args = ""]) => execFileSync("bash", ["-c", `printf '%s\\n' ${args}`], { encoding: "utf8" }).trim().split("\n"));
    expect(commands).toEqual([
      ["run", "it's $HOME.yaml", "--shard", "auto/4", "--threads", "2", "--store", "/data/a store"],
      ["merge", "it's $HOME.yaml", "--threads", "2", "--store", "/data/a store"],
    ]);
  });
});

describe("a job for Kubernetes", () => {
  it("is a volume claim, an indexed Job and a Job for the results, in YAML", () => {
    const documents = parseAllDocuments(kubernetesManifest(JOB));
    expect(documents.flatMap(({ errors }) => errors)).toEqual([]);
    const [claim, shards, results] = documents.map((document) => document.toJS() as Record<string, any>); // eslint-disable-line @typescript-eslint/no-explicit-any
    expect(claim).toMatchObject({ kind: "PersistentVolumeClaim", spec: { accessModes: ["ReadWriteMany"] } });
    expect(shards).toMatchObject({ kind: "Job", metadata: { name: "neyman-it-s-shards" }, spec: { completionMode: "Indexed", completions: 4, parallelism: 4, template: { spec: { restartPolicy: "Never" } } } });
    expect(results).toMatchObject({ kind: "Job", metadata: { name: "neyman-it-s-results" } });
    const container = (job: typeof shards): unknown => (job as { spec: { template: { spec: { containers: unknown[] } } } }).spec.template.spec.containers[0];
    expect(container(shards)).toMatchObject({ command: ["neyman", "run", "it's $HOME.yaml", "--shard", "auto/4", "--threads", "2", "--store", "/work/.neyman"], resources: { limits: { memory: "3Gi" } } });
    expect(container(results)).toMatchObject({ command: ["neyman", "run", "it's $HOME.yaml", "--threads", "2", "--store", "/work/.neyman"] });
  });

  it("has fields of batch/v1 alone, each where the API has it and of its type", () => {
    const [, ...jobs] = parseAllDocuments(kubernetesManifest(JOB)).map((document) => document.toJS() as unknown);
    for (const job of jobs) expect(foreignIn(job, FIELDS)).toEqual([]);
    expect(foreignIn({ spec: { completions: "4", paralellism: 4 } }, FIELDS)).toEqual([".spec.completions", ".spec.paralellism"]);
  });

  it("and the container file speak of this version", () => {
    const file = readFileSync(resolve(import.meta.dirname, "../../Containerfile"), "utf8");
    expect(file).toContain(`neyman:${version} `);
    expect(kubernetesManifest(JOB)).toContain(`image: neyman:${version}\n`);
  });
});

describe("neyman plan --emit", () => {
  it("prints the job alone, and writes nothing", async () => {
    const folder = workspace({ "study.yaml": STUDY, "panel.csv": panelCsv() });
    const { code, stdout, stderr } = await neyman(folder, "plan", "study.yaml", "--emit", "slurm", "--threads", "2");
    expect([code, stderr]).toEqual([0, ""]);
    execFileSync("bash", ["-n"], { input: stdout });
    // A study of a second is one shard; twenty minutes and a gigabyte are the least that is asked for.
    expect(stdout).toMatch(/\n# 2 nuisances in one shard of about 1 s on 2 threads[^]*\n#SBATCH --array=1-1\n#SBATCH --cpus-per-task=2\n#SBATCH --mem=1G\n#SBATCH --time=20\n/);
    expect(filesBelow(folder)).toEqual(["panel.csv", "study.yaml"]);
  });

  it.each([
    [["--emit", "slrum"], "--emit: there is no batch system `slrum` here. Did you mean `slurm`?"],
    [["--shards", "4"], "--shards is for the job of a batch system: add --emit slurm or --emit k8s."],
    [["--emit", "k8s", "--shards", "0"], "--shards must be a whole number from 1 to 10000."],
    [["--emit", "k8s", "--store", "none"], "--emit: shards need a store. Leave out `--store none`."],
  ])("%j: %s", async (args, expected) => {
    const folder = workspace({ "study.yaml": STUDY, "panel.csv": panelCsv() });
    const { code, stderr } = await neyman(folder, "plan", "study.yaml", ...args);
    expect([code, stderr]).toEqual([2, `neyman: ${expected}\n`]);
  });
});
