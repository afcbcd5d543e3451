import type { Kernels } from "../kernels/instance.js";
import type { Production } from "./production.js";
import { type SlacksBased, slacksBased, type SlacksBasedOptions } from "./slacksBased.js";

/** A unit against its group, and against all groups. */
export interface MetaFrontier {
  readonly group: SlacksBased;
  readonly meta: SlacksBased;
  /** How near the group's frontier is to that of all, where the unit stands: meta over group score, 0 to 1; null without either. */
  readonly gapRatio: number | null;
}

/**
 * Slacks-based efficiency against the own group's and against the common frontier (O'Donnell, Rao, Battese 2008, Empirical
 * Economics 34), of all units. The ratio is made of the plain measures: super-efficiencies of two frontiers do not compare.
 */
export function metaFrontier(kernels: Kernels, production: Production, groups: Int32Array, options: Omit<SlacksBasedOptions, "frontier">): readonly MetaFrontier[] {
  const own = slacksBased(kernels, production, { ...options, frontier: { kind: "group", groups } });
  const all = slacksBased(kernels, production, { ...options, frontier: { kind: "pooled" } });
  return own.map((group, unit) => {
    const meta = all[unit] ?? group;
    return { group, meta, gapRatio: group.sbm === null || meta.sbm === null ? null : meta.sbm / group.sbm };
  });
}
