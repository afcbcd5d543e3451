import type { CommandModule } from "yargs";
import { createEngine } from "../engine.js";
import { costOf } from "../fit/run.js";
import type { Store } from "../fit/store.js";
import { loadStudy } from "../node/files.js";
import { prepareStudy, type PreparedStudy } from "../pipeline.js";
import type { PlannedSpecification } from "../plan/plan.js";
import { integer } from "../report/numbers.js";
import { alignRows, type Row } from "../report/text.js";
import { openStore, threadCount } from "./options.js";
import { duration } from "./progress.js";

interface PlanArguments {
  readonly study: string;
  readonly threads: number | undefined;
  readonly store: string | undefined;
  readonly json: boolean | undefined;
}

/** `neyman plan STUDY`: what would be fitted, what is shared, what is stored, what it would cost. */
export const planCommand: CommandModule<object, PlanArguments> = {
  command: "plan <study>",
  describe: "show what a study would fit, what is shared and stored, and what it would cost",
  builder: (yargs) =>
    yargs
      .positional("study", { type: "string", demandOption: true, describe: "study file, YAML or JSON" })
      .option("threads", { type: "number", describe: "threads for the time estimate (default: one a core)" })
      .option("store", { type: "string", describe: "the store to look into, or none" })
      .option("json", { type: "boolean", describe: "print the plan as JSON" }),
  handler: showPlan,
};

async function showPlan(given: PlanArguments): Promise<void> {
  const { study, panel, folder } = await loadStudy(given.study);
  const store = await openStore(given.store, folder);
  const engine = await createEngine();
  const prepared = prepareStudy(study, panel, engine.kernels);
  const summary = await summarise(prepared, store, threadCount(given.threads));
  process.stdout.write(given.json ? `${JSON.stringify(summary, null, 2)}\n` : planText(summary));
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
  readonly nuisances: readonly { readonly role: string; readonly key: string; readonly learner: string; readonly state: "stored" | "to fit" | "shared" | "given" }[];
  readonly refused: string | null;
}

async function summarise({ plan, shape }: PreparedStudy, store: Store, threads: number): Promise<PlanSummary> {
  const stored = new Set<string>();
  let cost = 0;
  for (const task of plan.tasks.values()) {
    if (await store.has(task.key)) stored.add(task.key);
    else cost += costOf(task);
  }
  const seen = new Set<string>();
  let needed = 0;
  const specifications = plan.specifications.map((planned): PlanRow => {
    const { id } = planned.specification;
    if ("refused" in planned) return { id, rows: null, nuisances: [], refused: planned.refused.message };
    const nuisances = nuisancesOf(planned, stored, seen);
    needed += nuisances.filter((nuisance) => nuisance.state !== "given").length;
    return { id, rows: planned.sample.rows.length, nuisances, refused: null };
  });
  return { panel: shape, specifications, nuisances: { needed, distinct: plan.tasks.size, stored: stored.size }, seconds: Math.round(cost / 1e7 / threads) / 100, threads };
}

function nuisancesOf(planned: PlannedSpecification, stored: ReadonlySet<string>, seen: Set<string>): PlanRow["nuisances"] {
  return planned.repetitions.flatMap((repetition) =>
    Object.entries(repetition.predictions).map(([role, source]) => {
      const choice = planned.specification.nuisances[role];
      const learner = choice?.kind === "learner" ? choice.name : (choice?.column ?? "");
      if (source.kind === "given") return { role, key: source.key, learner, state: "given" as const };
      const state = stored.has(source.key) ? "stored" : seen.has(source.key) ? "shared" : "to fit";
      seen.add(source.key);
      return { role, key: source.key, learner, state };
    }),
  );
}

function planText(summary: PlanSummary): string {
  const { nuisances, panel } = summary;
  const rows: Row[] = [
    ["specification", "rows", "nuisances"],
    "rule",
    ...summary.specifications.map((row): Row => [
      row.id,
      row.rows === null ? "–" : integer(row.rows),
      row.refused ?? row.nuisances.map(({ role, learner, key, state }) => `${role} ${learner} ${key.slice(0, 8)} ${state}`).join(", "),
    ]),
  ];
  const left = nuisances.distinct - nuisances.stored;
  const time = left === 0 ? "" : `, about ${duration(summary.seconds * 1000)} on ${summary.threads} threads (a rough guess)`;
  return [
    `${integer(panel.rows)} rows, ${integer(panel.units)} units, ${integer(panel.periods)} periods${panel.balanced ? ", balanced" : `, unbalanced (${integer(panel.gaps)} gaps)`}.`,
    `${summary.specifications.length} specifications need ${nuisances.needed} nuisances: ${nuisances.distinct} distinct, ${nuisances.stored} stored, ${left} to fit${time}.`,
    "",
    `${alignRows(rows)}\n`,
  ].join("\n");
}
