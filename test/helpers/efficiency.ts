import { readdirSync } from "node:fs";
import { resolve } from "node:path";
import { hasShared, sharedJson } from "./shared.js";
import type { Production } from "../../src/efficiency/production.js";

/** A published or re-computed example of reference/dea. */
export interface EfficiencyCase {
  readonly id: string;
  readonly model: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly data: Readonly<Record<string, readonly (readonly number[])[]>>;
  readonly expected: Readonly<Record<string, readonly unknown[]>>;
  readonly tolerance: number;
  readonly tolerance_kind: "abs" | "rel";
}

/** All of them. */
export function efficiencyCases(): readonly EfficiencyCase[] {
  if (!hasShared) return [];
  const folder = resolve(import.meta.dirname, "../../../shared/reference/dea");
  return readdirSync(folder).sort().map((file) => sharedJson<EfficiencyCase>(`dea/${file}`));
}

/** Columns of a table that is given row by row. */
export function columns(table: readonly (readonly number[])[] | undefined): readonly Float64Array[] {
  return (table?.[0] ?? []).map((_, c) => Float64Array.from(table ?? [], (row) => row[c]!));
}

/** What a case's units use and make. */
export function productionOf({ data }: EfficiencyCase): Production {
  return {
    inputs: columns(data["inputs"]),
    outputs: [...columns(data["outputs"]), ...columns(data["good"]), ...columns(data["s_good"]), ...columns(data["ns_good"])],
    undesirable: [...columns(data["bad"]), ...columns(data["s_bad"]), ...columns(data["ns_bad"])],
  };
}
