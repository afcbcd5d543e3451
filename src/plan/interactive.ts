import { EstimationError } from "../errors.js";
import type { Kernels } from "../kernels/instance.js";
import { modelOf } from "../models/registry.js";
import { absorbs, allControls, type Specification } from "../study/specification.js";
import { eigenvalueRatio, estimateFactors, type FactorPanel, type Factors, mostFactors } from "./factors.js";
import { featuresOf, inOrder } from "./features.js";
import { hashJson, hashNumbers } from "./keys.js";
import type { Sample, SampleRequest } from "./sample.js";
import { shareFloats } from "./shared.js";
import type { Effect } from "./task.js";

/** The rows of a specification and the effects on them, unit slopes on estimated factors among these. */
export interface SampleWithEffects {
  readonly sample: Sample;
  readonly effects: readonly Effect[];
  /** How many factors `factors: auto` took; nothing where the number was given. */
  readonly notes: readonly string[];
}

/** Draws the sample and makes its effects; with `factors` a first sample may have to say how many there are. */
export function sampleWithEffects(specification: Specification, request: SampleRequest, sampler: (request: SampleRequest) => Sample, kernels: Kernels): SampleWithEffects {
  const { factors, unit, time } = specification;
  if (factors === null) {
    const sample = sampler(request);
    return { sample, effects: namedEffects(specification, sample), notes: [] };
  }
  if (unit === null || time === null || ![unit, time].every((name) => specification.fixedEffects.includes(name))) {
    throw new EstimationError("no-unit", "`factors` stand beside unit and time effects: name `unit` and `time` under `data` and both among `fixedEffects`.");
  }
  if (!absorbs(specification.encode) || modelOf(specification.model).finalStage === "signal") {
    throw new EstimationError("not-defined", "`factors` are removed from residuals: they need `encode: effects` or `within` and a model such as plr or pliv.");
  }
  const all = sampler(request);
  const r = factors === "auto" ? numberOfFactors(specification, all, unit, time, kernels) : factors;
  refuseTooMany(r, all.levels(time).levels);
  // A unit's level, slopes and r loadings fit as many rows exactly, whatever the factors are.
  const slopes = specification.fixedEffects.filter((name) => name.startsWith(`${unit}#`)).length;
  const sample = r === 0 ? all : sampler({ ...request, leastRows: { column: unit, rows: slopes + r + 2 } });
  const estimated = factorsOf(specification, sample, unit, time, r, kernels).factors;
  const effects = inOrder([...namedEffects(specification, sample), ...estimated.map((factor, k) => factorEffect(sample, unit, time, factor, k))]);
  return { sample, effects, notes: factors === "auto" ? [`The eigenvalue ratio finds ${r} ${r === 1 ? "factor" : "factors"} (factors: auto).`] : [] };
}

/** More than this share of the rows in too short levels is another sample than was meant. */
const MANY = 0.1;

/** Warns where slopes and factors cost many rows. */
export function shortWarnings({ dropped, rows }: Sample): readonly string[] {
  const lost = dropped.short.reduce((sum, one) => sum + one.rows, 0);
  const all = rows.length + lost;
  if (lost <= MANY * all) return [];
  const why = dropped.short.map(({ of, least }) => `each \`${of}\` needs ${least} rows at least`).join(", ");
  return [`${lost} of ${all} rows are left out, since with slopes or factors of their own ${why}: the estimate is that of the others. Take fewer factors or slopes, or compare with a column without them on the same rows.`];
}

function namedEffects({ fixedEffects }: Specification, sample: Sample): readonly Effect[] {
  return inOrder(fixedEffects.map((name): Effect => ({ name, ...sample.levels(name) })));
}

function numberOfFactors(specification: Specification, sample: Sample, unit: string, time: string, kernels: Kernels): number {
  const periods = sample.levels(time).levels;
  const most = mostFactors(periods);
  if (most < 1) throw new EstimationError("few-periods", `\`factors: auto\` needs three periods at least, and this sample has ${periods}.`);
  const { eigenvalues } = factorsOf(specification, sample, unit, time, most, kernels);
  return eigenvalueRatio(kernels, eigenvalues, most, Math.min(periods, sample.levels(unit).levels));
}

function refuseTooMany(r: number, periods: number): void {
  if (r <= periods - 2) return;
  throw new EstimationError("many-factors", `${r} factors leave nothing beside unit effects: this sample has ${periods} periods, so take ${Math.max(periods - 2, 0)} at most.`);
}

/** Factors of outcome, treatments and instruments beside the effects and the controls with their squares. */
function factorsOf(specification: Specification, sample: Sample, unit: string, time: string, r: number, kernels: Kernels): Factors {
  const { outcome, treatments, instruments, mediators } = specification;
  const times = sample.levels(time);
  const controls = featuresOf(sample, allControls(specification), { degree: 2, interactions: false }).map(({ values }) => values);
  const panel: FactorPanel = {
    units: sample.levels(unit), times, effects: namedEffects(specification, sample),
    columns: [outcome, ...treatments, ...instruments, ...mediators].map((name) => sample.numbers(name).values),
    controls: controls.filter((values) => values.every(Number.isFinite)),
  };
  return estimateFactors(kernels, panel, r);
}

/** A coefficient for each unit on a factor. */
function factorEffect(sample: Sample, unit: string, time: string, factor: Float64Array, k: number): Effect {
  const own = sample.levels(unit);
  const slope = shareFloats(Float64Array.from(sample.levels(time).codes, (code) => factor[code] ?? NaN));
  return { ...own, name: `${unit}#factor ${k + 1}`, slope, key: hashJson({ levels: own.key, slope: hashNumbers(slope) }) };
}
