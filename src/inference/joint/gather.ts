import type { PlannedSpecification } from "../../plan/plan.js";
import type { Sample } from "../../plan/sample.js";
import { clustersOf } from "../../study/specification.js";
import type { EffectOnce, Solution } from "../effects.js";
import type { Estimate } from "../estimate.js";
import { influenceSums, type JointMember, rowWay, type Way } from "./members.js";

/** One effect of a specification, ready for joint inference. */
export interface GatheredEffect {
  /** What it is the effect of, such as the treatment. */
  readonly effect: string;
  readonly member: JointMember;
  /** Whether its errors are those of rows or clusters that are independent of each other. */
  readonly independent: boolean;
}

/** Keeps of estimates what joint inference needs: sums of influence by cluster. */
export interface Gathering {
  readonly add: (planned: PlannedSpecification, estimate: Estimate, solutions: readonly Solution[]) => void;
  /** By id of the specification: its effects. */
  readonly effects: ReadonlyMap<string, readonly GatheredEffect[]>;
}

/** Gathers the effects of the specifications with these ids, and passes over all others. */
export function gatherEffects(wanted: ReadonlySet<string>): Gathering {
  const effects = new Map<string, readonly GatheredEffect[]>();
  const ways = new Map<Sample, Map<string, readonly Way[]>>();
  return {
    effects,
    add(planned, estimate, solutions) {
      const { id } = planned.specification;
      if (wanted.has(id)) effects.set(id, effectsOf(planned, estimate, solutions, waysOf(planned, ways)));
    },
  };
}

function effectsOf({ specification }: PlannedSpecification, { effects }: Estimate, solutions: readonly Solution[], ways: readonly Way[]): readonly GatheredEffect[] {
  const { id, label, errors } = specification;
  const independent = errors.kind !== "conley" && errors.kind !== "driscoll-kraay";
  return effects.map(({ name, coef, se, p, freedom }, j) => ({
    effect: name, independent,
    member: {
      name: `${id}${label.startsWith("(") ? "" : ` ${label}`}: ${name}`, coef, se, p, freedom: freedom ?? Infinity, ways,
      repetitions: solutions.map(({ effects: once }) => {
        const own = once[j] as EffectOnce;
        return { coef: own.coef, se: own.se, sums: influenceSums(own.influence, ways) };
      }),
    },
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
