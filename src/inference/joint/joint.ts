import { EstimationError, listed } from "../../errors.js";
import type { Kernels } from "../../kernels/instance.js";
import type { Special } from "../../kernels/special.js";
import type { EstimateTable, JointTable, Study } from "../../study/specification.js";
import { attempt } from "../attempt.js";
import type { InferenceContext } from "../stage.js";
import { equalityTests, type EqualityTest, equalMembers, independentMembers } from "./equality.js";
import { gatherEffects, type GatheredEffect, type Gathering } from "./gather.js";
import { type JointInference, jointInference } from "./jointInference.js";
import { type Combination, difference, type JointWaldTest } from "./wald.js";

/** Estimates judged together, the test that they are equal, and differences of pairs. */
export interface JointFindings extends JointInference {
  readonly equal: JointWaldTest | null;
  readonly differences: readonly (Combination & { readonly of: readonly [string, string] })[];
  readonly warnings: readonly string[];
}

/** A table of joint inference: what it says, or why it says nothing. */
export type JointResult = JointFindings | { readonly error: { readonly code: string; readonly message: string } };

/** Gathers what joint tables and families of columns need while estimates are made; only sums by cluster are kept. */
export interface Joint extends Pick<Gathering, "add"> {
  /** By table's id. */
  results(): ReadonlyMap<string, JointResult>;
  /** Of columns that are one, `by` the values of a column of the data. */
  equality(): readonly EqualityTest[];
}

/** For the joint tables of a study, and for its tables with `by`. */
export function createJoint({ tables }: Study, { kernels, special }: Pick<InferenceContext, "kernels" | "special">): Joint {
  const wanted = tables.filter((table): table is JointTable => table.kind === "joint");
  const estimated = tables.filter((table): table is EstimateTable => table.kind === "estimates");
  const families = estimated.flatMap((table) => table.families);
  const gathering = gatherEffects(new Set([...wanted, ...families].flatMap(({ members }) => members)));
  return {
    add: gathering.add,
    results: () => new Map(wanted.map((table) => [table.id, judge(table, gathering.effects, kernels, special)])),
    equality: () => estimated.flatMap((table) => equalityTests(special, table, gathering.effects)),
  };
}

/** Standard errors are as reported; how much estimates have in common is told by row, as if rows were independent. */
const RELATED = "Conley's or Driscoll and Kraay's errors relate rows to each other, and the draws do not: joint intervals and Romano-Wolf p values rest on correlations between estimates that are approximate. Bonferroni's and Holm's p values need none.";

const UNTOLD = "is not tested with Conley's or Driscoll and Kraay's errors: they relate rows to each other, and the covariance of two estimates is told by row, as if rows were independent. Cluster the errors.";

function differenceOf(special: Special, pair: readonly GatheredEffect[], of: readonly [string, string]): Combination {
  const [a, b] = independentMembers(pair, `Whether ${listed(of)} differ ${UNTOLD}`);
  if (a === undefined || b === undefined) throw new Error("A difference has two members.");
  return difference(special, a, b);
}

function judge(table: JointTable, known: ReadonlyMap<string, readonly GatheredEffect[]>, kernels: Kernels, special: Special): JointResult {
  const { draws, multiplier, level, seed } = table;
  const gathered = table.members.flatMap((id) => known.get(id) ?? []);
  const members = gathered.map(({ member }) => member);
  const lost = table.members.filter((id) => !known.has(id));
  const warnings: string[] = lost.length === 0 ? [] : [`Without ${listed(lost)}, which could not be estimated.`];
  if (gathered.some(({ independent }) => !independent)) warnings.push(RELATED);
  try {
    return {
      ...jointInference(kernels, members, { draws, multiplier, level, seed }),
      equal: table.equal ? attempt(() => equalMembers(special, independentMembers(gathered, `Whether the estimates are equal ${UNTOLD}`)), warnings) : null,
      differences: table.differences.flatMap((of) => {
        const pair = of.flatMap((id) => known.get(id)?.slice(0, 1) ?? []);
        const found = pair.length < 2 ? null : attempt(() => differenceOf(special, pair, of), warnings);
        return found === null ? [] : [{ of, ...found }];
      }),
      warnings,
    };
  } catch (error) {
    if (error instanceof EstimationError) return { error: { code: error.code, message: error.message } };
    throw error;
  }
}
