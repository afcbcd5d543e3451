import { EstimationError } from "../../errors.js";
import type { PlannedSpecification } from "../../plan/plan.js";
import { clustersOf } from "../../study/specification.js";
import type { Stage } from "../stage.js";
import { type WildBootstrap, wildClusterBootstrap } from "./wildClusterBootstrap.js";

/** The wild cluster bootstrap of the first effect, in the first repetition; null where it is not asked for. */
export function wildOf({ specification, sample }: PlannedSpecification, { systems: [system] }: Stage): WildBootstrap | null {
  const choice = specification.postEstimation.wild;
  if (choice === null || system === undefined) return null;
  const [cluster, ...others] = clustersOf(specification);
  if (cluster === undefined || others.length > 0) {
    throw new EstimationError("not-defined", "The wild cluster bootstrap needs errors clustered in one way: `errors: { cluster: [...] }` with one column.");
  }
  const { stage, names, columns: { x, z, ones, constant } } = system;
  const constants = constant ? [ones] : [];
  if (z.length > x.length) throw new EstimationError("not-defined", "The wild cluster bootstrap takes as many instruments as treatments. Name one instrument.");
  return wildClusterBootstrap(
    { stage, x: [...constants, ...x], z: [...constants, ...z] }, sample.levels(cluster),
    { coefficient: stage.coefficients.length - names.length, hypothesis: 0, level: specification.level, draws: choice.draws, weights: choice.weights, seed: specification.seed },
  );
}
