/**
 * Cells of a design: every way to estimate (a row of its table) with every learner (a column). A way is
 * `{ row, truth, options, known, others, of }`, `known` the nuisances themselves, by role, as columns, `others` learners beside them,
 * `of` what of an estimate is looked at, if not the first effect.
 */

/** As in DoubleML's examples; gradboost as scikit-learn has it. */
const rf = { rf: { maxDepth: 5, minLeaf: 2 } };

/** Learners for outcomes and treatments that are numbers. */
export const REGRESSIONS = {
  lassocv: "lassocv", rf, gradboost: "gradboost",
  stack: { stack: { learners: ["lassocv", rf, "gradboost"] } },
};

/** The same where `roles` are propensities: logit stands for the lasso, whose penalised likelihood costs fifty times as much. */
export function withPropensities(roles) {
  const each = (learner) => Object.fromEntries(roles.map((role) => [role, learner]));
  return {
    lassocv: { lassocv: {}, ...each("logit") }, rf, gradboost: "gradboost",
    stack: { ...REGRESSIONS.stack, ...each({ stack: { learners: ["logit", rf, "gradboost"] } }) },
  };
}

/** All ways with the known nuisances and with each learner; `own` are a learner's further options. */
export function cellsOf(ways, learners, own = {}) {
  return ways.flatMap(({ row, truth, options, known, others, of }) => [
    ...(known === undefined ? [] : [cell(row, "known", truth, { ...options, learner: { ...columns(known), ...others } }, of)]),
    ...Object.entries(learners).map(([name, learner]) => cell(row, name, truth, { ...options, learner, ...own[name] }, of)),
  ]);
}

/** One way with one learner. */
export function cell(row, column, truth, options, of) {
  return { name: `${row}, ${column}`, row, column, truth, options, of };
}

function columns(known) {
  return Object.fromEntries(Object.entries(known).map(([role, column]) => [role, { column }]));
}
