import type { Refuse } from "./nuisances.js";
import { columnsOfTerms } from "./postEstimation.js";
import { allControls, type Specification } from "./specification.js";

/** Throws where post-estimation speaks of columns that say nothing there, and would give an answer that looks like one. */
export function refuseIdlePostEstimation(specification: Specification, refuse: Refuse): void {
  refuseIdleBenchmarks(specification, refuse);
  refuseIdleTerms(specification, refuse);
}

/** Left out, a column that is no control changes nothing: a benchmark of strength zero. */
function refuseIdleBenchmarks(specification: Specification, refuse: Refuse): void {
  const controls = allControls(specification);
  const stranger = (specification.postEstimation.sensitivity?.benchmarks ?? []).flat().find((name) => !controls.includes(name));
  if (stranger === undefined) return;
  throw refuse("sensitivity.benchmarks", `\`${stranger}\` is no control, so nothing can be learnt from leaving it out. Name controls, or add it to \`controls\`.`);
}

/** A curve runs along a number that the effect depends on; levels say all that their column says as a number. */
function refuseIdleTerms({ postEstimation: { along, curve } }: Specification, refuse: Refuse): void {
  const all = columnsOfTerms(along);
  const numeric = all.filter(({ isLevels }) => !isLevels).map(({ column }) => column);
  const twice = all.find(({ column, isLevels }) => isLevels && numeric.includes(column));
  if (twice !== undefined) {
    throw refuse("effect.along", `\`${twice.column}\` stands here by its levels and as a number; the levels say all that the number says. Take one of them out.`);
  }
  if (curve === null || numeric.includes(curve.column)) return;
  throw refuse("effect.curve", `the curve is over \`${curve.column}\`, but no term of \`along\` has it as a number, so it would be flat. Add it to \`along\`, such as \`{ spline: ${curve.column} }\`.`);
}
