import { EstimationError, listed } from "../../errors.js";
import type { Kernels } from "../../kernels/instance.js";
import type { Special } from "../../kernels/special.js";
import type { PlannedSpecification } from "../../plan/plan.js";
import type { Sample } from "../../plan/sample.js";
import { clustersOf, type JointTable, type Study } from "../../study/specification.js";
import { attempt } from "../attempt.js";
import type { EffectOnce, Solution } from "../effects.js";
import type { Estimate } from "../estimate.js";
import { equalCoefficients } from "../restrictions.js";
import type { InferenceContext } from "../stage.js";
import { type JointInference, jointInference } from "./jointInference.js";
import { influenceSums, type JointMember, rowWay, type Way } from "./members.js";
import { type Combination, difference, type JointWaldTest, jointWaldTest, type Restrictions } from "./wald.js";

/** Estimates judged together, the test that they are equal, and differences of pairs. */
export interface JointFindings extends JointInference {
  readonly equal: JointWaldTest | null;
  readonly differences: readonly (Combination & { readonly of: readonly [string, string] })[];
  readonly warnings: readonly string[];
}

/** A table of joint inference: what it says, or why it says nothing. */
export type JointResult = JointFindings | { readonly error: { readonly code: string; readonly message: string } };

/** Gathers what joint tables need while estimates are made; only sums by cluster are kept. */
export interface Joint {
  add(planned: PlannedSpecification, estimate: Estimate, solutions: readonly Solution[]): void;
  /** By table's id. */
  results(): ReadonlyMap<string, JointResult>;
}

/** For the joint tables of a study. */
export function createJoint({ tables }: Study, { kernels, special }: Pick<InferenceContext, "kernels" | "special">): Joint {
  const wanted = tables.filter((table): table is JointTable => table.kind === "joint");
  const members = new Map<string, readonly JointMember[]>();
  const ways = new Map<Sample, Map<string, readonly Way[]>>();
  return {
    add(planned, estimate, solutions) {
      const { id } = planned.specification;
      if (wanted.some((table) => table.members.includes(id))) members.set(id, membersOf(planned, estimate, solutions, waysOf(planned, ways)));
    },
    results: () => new Map(wanted.map((table) => [table.id, judge(table, members, kernels, special)])),
  };
}

function judge(table: JointTable, known: ReadonlyMap<string, readonly JointMember[]>, kernels: Kernels, special: Special): JointResult {
  const { draws, multiplier, level, seed } = table;
  const members = table.members.flatMap((id) => known.get(id) ?? []);
  const lost = table.members.filter((id) => !known.has(id));
  const warnings: string[] = lost.length === 0 ? [] : [`Without ${listed(lost)}, which could not be estimated.`];
  try {
    return {
      ...jointInference(kernels, members, { draws, multiplier, level, seed }),
      equal: table.equal ? attempt(() => jointWaldTest(special, members, allEqual(members.length)), warnings) : null,
      differences: table.differences.flatMap((of) => {
        const [a, b] = of.map((id) => known.get(id)?.[0]);
        const found = a === undefined || b === undefined ? null : attempt(() => difference(special, a, b), warnings);
        return found === null ? [] : [{ of, ...found }];
      }),
      warnings,
    };
  } catch (error) {
    if (error instanceof EstimationError) return { error: { code: error.code, message: error.message } };
    throw error;
  }
}

function allEqual(count: number): Restrictions {
  if (count < 2) throw new EstimationError("one-estimate", "There is one estimate alone, so there is no other that it could equal.");
  const weights = equalCoefficients([...Array(count).keys()], count);
  return { weights, values: weights.map(() => 0) };
}

/** One member an effect. */
function membersOf({ specification }: PlannedSpecification, { effects }: Estimate, solutions: readonly Solution[], ways: readonly Way[]): readonly JointMember[] {
  return effects.map(({ name, coef, se, p, ci }, j) => ({
    name: `${specification.id}${specification.label.startsWith("(") ? "" : ` ${specification.label}`}: ${name}`, coef, se, p, ci, ways,
    repetitions: solutions.map(({ effects: once }) => {
      const own = once[j] as EffectOnce;
      return { coef: own.coef, se: own.se, sums: influenceSums(own.influence, ways) };
    }),
  }));
}

/** What errors are clustered by, or single rows; made once a sample. */
function waysOf({ specification, sample }: PlannedSpecification, known: Map<Sample, Map<string, readonly Way[]>>): readonly Way[] {
  const names = clustersOf(specification);
  const ofSample = known.get(sample) ?? new Map<string, readonly Way[]>();
  known.set(sample, ofSample);
  const key = names.join("\n");
  const ways = ofSample.get(key) ?? (names.length === 0 ? [rowWay(sample.rows)] : names.map((name) => ({ name, ...sample.levels(name) })));
  ofSample.set(key, ways);
  return ways;
}
