import type { AndersonRubin } from "./andersonRubin.js";
import type { FirstStage } from "./firstStage.js";

/** Staiger and Stock's (1997) rule of thumb. */
const RULE_OF_THUMB = 10;

/**
 * A sentence for each treatment, by name, that the instruments hardly move: where the F of the setting's kind (the
 * conditional one, with several treatments) is below 10, or the effective F below its critical value for a bias of 10 %.
 */
export function weakWarnings(treatments: readonly string[], stages: readonly FirstStage[]): readonly string[] {
  return stages.flatMap((stage, j) => {
    const reason = weakness(stage);
    if (reason === null) return [];
    const instead = stage.conditional === null ? "the Anderson-Rubin set holds whatever the instruments' strength" : "look for stronger instruments";
    return [`The instruments are weak for \`${treatments[j] ?? ""}\` (${reason}): the estimate's interval is not to be trusted; ${instead}.`];
  });
}

/** That an Anderson-Rubin set has no bounds for want of clusters or periods, not of strength; none otherwise. */
export function fewGroupsWarnings({ set, df, freedom }: AndersonRubin, [stage]: readonly FirstStage[]): readonly string[] {
  const bounded = set.flat().every(Number.isFinite);
  if (bounded || freedom === null || stage === undefined || weakness(stage) !== null) return [];
  return [`The Anderson-Rubin set has no bounds although the first stage is strong: the errors rest on too few clusters or periods to judge ${df} ${df === 1 ? "instrument" : "instruments"}. Do not read it as weakness; take fewer instruments, or another kind of errors.`];
}

function weakness({ robust, conditional, effective }: FirstStage): string | null {
  const { f } = conditional ?? robust;
  const limit = effective?.critical.find(({ bias }) => bias === 0.1);
  if (effective !== null && limit !== undefined && !(effective.f >= limit.value)) {
    return `effective F ${effective.f.toFixed(1)}, below ${limit.value.toFixed(1)} for a bias of at most 10 %`;
  }
  return f >= RULE_OF_THUMB ? null : `${conditional === null ? "" : "conditional "}first-stage F ${f.toFixed(1)}, below ${RULE_OF_THUMB}`;
}
