import type { CommandModule } from "yargs";
import { type CurvePlan, planCurve } from "../curve/plan.js";
import { createEngine } from "../engine.js";
import { InputError, suggestion } from "../errors.js";
import { costOf } from "../fit/run.js";
import { lookingInto, type Store } from "../fit/store.js";
import { createSpecial } from "../kernels/special.js";
import { loadStudy } from "../node/files.js";
import { createThreadPool } from "../node/pool.js";
import { deriveStudy, type Engine, prepareStudy, type PreparedStudy } from "../pipeline.js";
import { neededBy } from "../plan/needed.js";
import type { PlannedSpecification } from "../plan/plan.js";
import { integer } from "../report/numbers.js";
import { panelLine } from "../report/results.js";
import { alignRows, type Row, width } from "../report/text.js";
import type { CurveTable } from "../study/curve/table.js";
import { sourceName } from "../study/specification.js";
import { type Job, jobOf } from "./jobs/job.js";
import { kubernetesManifest } from "./jobs/kubernetes.js";
import { slurmScript } from "./jobs/slurm.js";
import { openStore, refuseEmpty, refuseIfNothingIsLeft, threadCount } from "./options.js";
import { curvePlanText, testCurve } from "./planCurves.js";
import { duration } from "./progress.js";
import { MOST_SHARDS } from "./shard.js";

interface PlanArguments {
  readonly study: string;
  readonly threads: number | undefined;
  readonly store: string | undefined;
  readonly json: boolean | undefined;
  readonly test: boolean | undefined;
  readonly emit: string | undefined;
  readonly shards: number | undefined;
}

/** `neyman plan STUDY`: what would be fitted, what is shared, what is stored, what it would cost. */
export const planCommand: CommandModule<object, PlanArguments> = {
  command: "plan <study>",
  describe: "show what a study would fit, what is shared and stored, and what it would cost",
  builder: (yargs) =>
    yargs
      .usage("$0 plan <study>\n\nChecks a study and its data, and shows what `run` would fit. Nothing is fitted or written, but for --test.")
      .positional("study", { type: "string", demandOption: true, describe: "study file, YAML or JSON" })
      .option("threads", { type: "number", requiresArg: true, describe: "threads for the time estimate (default: one a core)" })
      .option("store", { type: "string", requiresArg: true, describe: "the store to look into, or none (default: .neyman beside the study)" })
      .option("test", { type: "boolean", describe: "estimate a few specifications of a curve that have each option once, and say which fail" })
      .option("json", { type: "boolean", describe: "print the plan as JSON" })
      .option("emit", { type: "string", requiresArg: true, describe: "print a job for a batch system instead: slurm or k8s" })
      .option("shards", { type: "number", requiresArg: true, describe: "with --emit: how many jobs (default: of half an hour each)" }),
  handler: showPlan,
};

async function showPlan(given: PlanArguments): Promise<void> {
  refuseEmpty(given);
  refuseWrongJob(given);
  const threads = threadCount(given.threads);
  const { study, panel, folder } = await loadStudy(given.study);
  const store = await openStore(given.store, folder, () => undefined);
  const engine = await createEngine({ store });
  const prepared = prepareStudy(study, await deriveStudy(study, panel, { ...engine, store: lookingInto(store) }), engine.kernels);
  if (given.emit !== undefined) {
    refuseIfNothingIsLeft(prepared);
    process.stdout.write(JOBS[given.emit]?.(jobOf(given.study, prepared, threads, given.shards ?? null, given.store ?? null)) ?? "");
    return;
  }
  if (given.test === true) return test(prepared, engine, threads);
  const summary = await summarise(prepared, store, threads);
  const curves: CurvePlan[] = [];
  for (const table of curvesOf(prepared)) curves.push(await planCurve(table, { ...prepared, kernels: engine.kernels, store }));
  const text = (): string => [planText(prepared, summary, curves.length > 0), ...curves.map((curve) => curvePlanText(curve, threads))].join("\n");
  process.stdout.write(given.json ? `${JSON.stringify(curves.length === 0 ? summary : { ...summary, curves }, null, 2)}\n` : text());
  refuseIfNothingIsLeft(prepared);
  const refused = summary.specifications.some((row) => row.refused !== null) || curves.some((curve) => curve.refused.length > 0);
  process.exitCode = refused ? 3 : 0;
}

function curvesOf({ study }: PreparedStudy): readonly CurveTable[] {
  return study.tables.filter((table): table is CurveTable => table.kind === "curve");
}

async function test(prepared: PreparedStudy, { kernels, store }: Engine, threads: number): Promise<void> {
  const curves = curvesOf(prepared);
  if (curves.length === 0) throw new InputError("--test is for curves, and the study has none. Leave it out, or give a table a `curve`.");
  const pool = await createThreadPool(threads);
  try {
    let failed = 0;
    for (const [c, table] of curves.entries()) {
      const tested = await testCurve(table, { ...prepared, kernels, special: createSpecial(kernels), store, pool });
      process.stdout.write(`${c === 0 ? "" : "\n"}${tested.text}`);
      failed += tested.failed;
    }
    process.exitCode = failed === 0 ? 0 : 3;
  } finally {
    await pool.close();
  }
}

/** Jobs by the name of the batch system. */
const JOBS: Readonly<Record<string, (job: Job) => string>> = { slurm: slurmScript, k8s: kubernetesManifest };

function refuseWrongJob({ emit, shards, json, store }: PlanArguments): void {
  if (emit !== undefined && !Object.hasOwn(JOBS, emit)) throw new InputError(`--emit: there is no batch system \`${emit}\` here. ${suggestion(emit, Object.keys(JOBS))}`);
  if (emit === undefined && shards !== undefined) throw new InputError("--shards is for the job of a batch system: add --emit slurm or --emit k8s.");
  if (emit !== undefined && json === true) throw new InputError("--emit prints a job and --json the plan: leave one of them out.");
  if (emit !== undefined && store === "none") throw new InputError("--emit: shards need a store. Leave out `--store none`.");
  if (shards !== undefined && (!Number.isInteger(shards) || shards < 1 || shards > MOST_SHARDS)) throw new InputError(`--shards must be a whole number from 1 to ${MOST_SHARDS}.`);
}

interface PlanSummary {
  readonly panel: PreparedStudy["shape"];
  readonly specifications: readonly PlanRow[];
  readonly nuisances: { readonly needed: number; readonly distinct: number; readonly stored: number };
  /** Rough seconds for what is not stored. */
  readonly seconds: number;
  readonly threads: number;
}

interface PlanRow {
  readonly id: string;
  readonly rows: number | null;
  readonly nuisances: readonly PlanNuisance[];
  /** Why it cannot be estimated. */
  readonly refused: string | null;
}

interface PlanNuisance {
  readonly role: string;
  /** 1-based. */
  readonly repetition: number;
  readonly learner: string;
  /** `shared`: to be fitted for a specification above. */
  readonly state: "stored" | "to fit" | "shared" | "given";
  readonly key: string;
}

async function summarise({ plan, shape }: PreparedStudy, store: Store, threads: number): Promise<PlanSummary> {
  const stored = new Set<string>();
  let cost = 0;
  for (const task of plan.tasks.values()) {
    if (await store.has(task.key)) stored.add(task.key);
    else cost += costOf(task);
  }
  const seen = new Set<string>();
  const specifications = plan.specifications.map((planned): PlanRow => {
    const { id } = planned.specification;
    if ("refused" in planned) return { id, rows: null, nuisances: [], refused: planned.refused.message };
    return { id, rows: planned.sample.rows.length, nuisances: nuisancesOf(planned, stored, seen), refused: null };
  });
  const needed = plan.specifications.reduce((sum, planned) => sum + ("refused" in planned ? 0 : neededBy(planned, plan.tasks)), 0);
  return { panel: shape, specifications, nuisances: { needed, distinct: plan.tasks.size, stored: stored.size }, seconds: Math.round(cost / 1e7 / threads) / 100, threads };
}

function nuisancesOf(planned: PlannedSpecification, stored: ReadonlySet<string>, seen: Set<string>): readonly PlanNuisance[] {
  return planned.repetitions.flatMap((repetition, r) =>
    Object.entries(repetition.predictions).map(([role, source]): PlanNuisance => {
      const { key } = source;
      const choice = planned.specification.nuisances[role];
      const learner = choice === undefined ? "" : sourceName(choice);
      const state = source.kind === "given" ? "given" : stored.has(key) ? "stored" : seen.has(key) ? "shared" : "to fit";
      seen.add(key);
      return { role, repetition: r + 1, learner, state, key };
    }),
  );
}

function planText(prepared: PreparedStudy, summary: PlanSummary, hasCurves: boolean): string {
  const { nuisances, specifications } = summary;
  const left = nuisances.distinct - nuisances.stored;
  const time = left === 0 ? "" : `, ${duration(summary.seconds * 1000)} on ${summary.threads} ${summary.threads === 1 ? "thread" : "threads"} by a rough guess`;
  if (hasCurves && specifications.length === 0) return `${panelLine({ study: prepared.study, panel: prepared.shape })}\n`;
  return [
    panelLine({ study: prepared.study, panel: prepared.shape }),
    `${counted(specifications.length, "specification")} ${specifications.length === 1 ? "needs" : "need"} ${counted(nuisances.needed, "nuisance")}: ${nuisances.distinct} distinct, ${nuisances.stored} stored, ${left} to fit${time}.`,
    "",
    `${alignRows(planTable(specifications))}\n`,
  ].join("\n");
}

function planRow({ id, rows, nuisances, refused }: PlanRow): [string, string, string] {
  if (refused !== null) return [id, "–", `cannot be estimated: ${refused}`];
  const repeated = nuisances.some((nuisance) => nuisance.repetition > 1);
  const texts = nuisances.map(({ role, repetition, learner, key, state }) => `${role}${repeated ? ` ${repetition}` : ""} ${learner} ${key.slice(0, 8)} ${state}`);
  return [id, integer(rows ?? 0), texts.join(", ")];
}

/** The last column to the left: text, in rows of very different lengths. */
function planTable(specifications: readonly PlanRow[]): readonly Row[] {
  const rows = [["Specification", "Rows", "Nuisances"] as const, ...specifications.map(planRow)];
  const widest = Math.max(...rows.map(([, , text]) => width(text)));
  const [header = [], ...body] = rows.map(([id, count, text]) => [id, count, text + " ".repeat(widest - width(text))]);
  return ["thick", header, "rule", ...body, "thick"];
}

function counted(count: number, what: string): string {
  return `${integer(count)} ${what}${count === 1 ? "" : "s"}`;
}
