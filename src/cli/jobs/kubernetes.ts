import { stringify } from "yaml";
import type { Json } from "../../json.js";
import { version } from "../../version.js";
import { duration } from "../progress.js";
import type { Job } from "./job.js";

/** Where the volume is in the containers. */
const FOLDER = "/work";

/**
 * A volume claim, an indexed Job for the shards, and a Job that writes the results. Kubernetes knows no order of Jobs: the
 * second is one more run on the same store, which takes what no shard is at, waits for the rest, and then estimates.
 */
export function kubernetesManifest(job: Job): string {
  const { name, study, shards, threads, nuisances, seconds } = job;
  const head = `# Runs ${study} on Kubernetes: kubectl apply -f THIS-FILE
# ${nuisances} nuisances in ${shards === 1 ? "one shard" : `${shards} shards`} of about ${duration(Math.max(1, seconds) * 1000)} on ${threads} ${threads === 1 ? "thread" : "threads"} by a rough guess; time and memory have room.
# The volume must be one that several pods can write. Copy the study and its data there first.
# The image is made by \`docker build -t neyman:${version} -f Containerfile .\`; name it as your registry does.
`;
  const claim = {
    apiVersion: "v1", kind: "PersistentVolumeClaim", metadata: { name: "neyman" },
    spec: { accessModes: ["ReadWriteMany"], resources: { requests: { storage: "10Gi" } } },
  };
  const parts = kubernetesJob(job, `${name}-shards`, ["run", study, "--shard", `auto/${shards}`], { completionMode: "Indexed", completions: shards, parallelism: shards, backoffLimit: 3 * shards });
  const results = kubernetesJob(job, `${name}-results`, ["run", study], { backoffLimit: 3 });
  return head + [claim, parts, results].map((one) => stringify(one, { lineWidth: 0 })).join("---\n");
}

function kubernetesJob({ threads, memoryGigabytes, limitMinutes, shards }: Job, name: string, args: readonly string[], more: Readonly<Record<string, Json>>): Json {
  const memory = `${memoryGigabytes}Gi`;
  return {
    apiVersion: "batch/v1", kind: "Job", metadata: { name },
    spec: {
      ...more,
      activeDeadlineSeconds: limitMinutes * 60 * (more["completions"] === undefined ? shards + 1 : 1),
      // Wrong input and rows that cannot be estimated are the same at every try.
      podFailurePolicy: { rules: [{ action: "FailJob", onExitCodes: { containerName: "neyman", operator: "In", values: [2, 3] } }] },
      template: {
        spec: {
          restartPolicy: "Never",
          containers: [{
            name: "neyman", image: `neyman:${version}`, workingDir: FOLDER,
            command: ["neyman", ...args, "--threads", String(threads), "--store", `${FOLDER}/.neyman`],
            resources: { requests: { cpu: String(threads), memory }, limits: { memory } },
            volumeMounts: [{ name: "work", mountPath: FOLDER }],
          }],
          volumes: [{ name: "work", persistentVolumeClaim: { claimName: "neyman" } }],
        },
      },
    },
  };
}
