import { duration } from "../progress.js";
import type { Job } from "./job.js";

/** A script that submits a study's shards as an array, and the merge to run when all of them are done. */
export function slurmScript(job: Job): string {
  const { name, study, folder, store, shards, threads, nuisances, seconds } = job;
  const options = `--threads ${threads}${store === null ? "" : ` --store ${quoted(store)}`}`;
  return `#!/bin/bash
# Runs ${study} on a SLURM cluster: bash THIS-FILE [options of sbatch, such as --partition or --account].
# ${nuisances} nuisances in ${shards === 1 ? "one shard" : `${shards} shards`} of about ${duration(Math.max(1, seconds) * 1000)} on ${threads} ${threads === 1 ? "thread" : "threads"} by a rough guess; time and memory have room.
# The folder must be one that all nodes see, and \`neyman\` a command on them.
set -euo pipefail
cd ${quoted(folder)}

shards=$(sbatch --parsable "$@" <<'JOB'
#!/bin/bash
#SBATCH --job-name=${name}
#SBATCH --array=1-${shards}
${directives(job)}
#SBATCH --output=${name}-%A-%a.log
exec neyman run ${quoted(study)} --shard auto/${shards} ${options}
JOB
)

merge=$(sbatch --parsable --dependency="afterok:\${shards%%;*}" --kill-on-invalid-dep=yes "$@" <<'JOB'
#!/bin/bash
#SBATCH --job-name=${name}-merge
${directives(job)}
#SBATCH --output=${name}-%j.log
exec neyman merge ${quoted(study)} ${options}
JOB
)

echo "Shards: job \${shards%%;*}; merge: job \${merge%%;*}. How far they are: neyman status "${quoted(study)}${store === null ? "" : `" --store "${quoted(store)}`}
`;
}

function directives({ threads, memoryGigabytes, limitMinutes }: Job): string {
  return [`#SBATCH --cpus-per-task=${threads}`, `#SBATCH --mem=${memoryGigabytes}G`, `#SBATCH --time=${limitMinutes}`].join("\n");
}

/** A word of the shell. */
function quoted(text: string): string {
  return /^[\w./-]+$/.test(text) && !text.startsWith("-") ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
