import { EstimationError, listed } from "../../errors.js";
import type { Special } from "../../kernels/special.js";
import type { EstimateTable } from "../../study/specification.js";
import { attempt } from "../attempt.js";
import { equalCoefficients } from "../restrictions.js";
import type { GatheredEffect } from "./gather.js";
import type { JointMember } from "./members.js";
import { type JointWaldTest, jointWaldTest, type Restrictions } from "./wald.js";

/** Whether an effect is the same for all values of the column that its specifications are estimated `by`. */
export interface EqualityTest {
  readonly table: string;
  readonly by: string;
  /** What it is the effect of. */
  readonly effect: string;
  /** Ids of the specifications that are compared. */
  readonly members: readonly string[];
  /** Null where it could not be had; the warnings say why. */
  readonly test: JointWaldTest | null;
  readonly warnings: readonly string[];
}

/**
 * The tests of a table's families, one for each effect. Groups may share clusters or not: influence is summed by
 * cluster over all of them, so that a city with rows in two groups makes their estimates correlated, and groups without
 * a cluster in common are independent.
 */
export function equalityTests(special: Special, { id, families }: EstimateTable, known: ReadonlyMap<string, readonly GatheredEffect[]>): readonly EqualityTest[] {
  return families.flatMap(({ by, members }) => {
    const lost = members.filter((member) => !known.has(member));
    const names = [...new Set(members.flatMap((member) => (known.get(member) ?? []).map(({ effect }) => effect)))];
    return names.map((effect): EqualityTest => {
      const own = members.flatMap((member) => (known.get(member) ?? []).filter((one) => one.effect === effect).map((one) => ({ ...one, id: member })));
      const warnings = lost.length === 0 ? [] : [`Without ${listed(lost)}, which could not be estimated.`];
      return { table: id, by, effect, members: own.map((one) => one.id), test: attempt(() => testOf(special, own), warnings), warnings };
    });
  });
}

function testOf(special: Special, effects: readonly GatheredEffect[]): JointWaldTest {
  return equalMembers(special, independentMembers(effects, "Whether the groups' effects are equal is not tested with Conley's or Driscoll and Kraay's errors, which relate rows of different groups. Cluster the errors, or use `groups`."));
}

/** The members, whose covariance is that of sums by row or cluster. Throws an EstimationError of this message where errors relate rows to each other. */
export function independentMembers(effects: readonly GatheredEffect[], message: string): readonly JointMember[] {
  if (effects.some(({ independent }) => !independent)) throw new EstimationError("not-defined", message);
  return effects.map(({ member }) => member);
}

/** Wald test that several estimates are one. Throws an EstimationError: `one-estimate`, and those of `jointWaldTest`. */
export function equalMembers(special: Special, members: readonly JointMember[]): JointWaldTest {
  return jointWaldTest(special, members, allEqual(members.length));
}

function allEqual(count: number): Restrictions {
  if (count < 2) throw new EstimationError("one-estimate", "There is one estimate alone, so there is no other that it could equal.");
  const weights = equalCoefficients([...Array(count).keys()], count);
  return { weights, values: weights.map(() => 0) };
}
