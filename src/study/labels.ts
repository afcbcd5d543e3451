import type { Column, Panel } from "../panel/panel.js";
import type { Study } from "./specification.js";

/** The study with the data file's own variable labels where it gives none. */
export function withPanelLabels(study: Study, panel: Panel): Study {
  const own = [...panel.columns.values()].flatMap(({ name, label }) => (label === undefined || label.trim() === "" ? [] : [[name, label] as const]));
  return own.length === 0 ? study : { ...study, labels: { ...Object.fromEntries(own), ...study.labels } };
}

/** What a value of a column is called: its value label, or itself. */
export function valueLabel(column: Column, value: number | string): string {
  const label = column.kind === "number" && typeof value === "number" ? column.valueLabels?.get(value) : undefined;
  return label === undefined || label.trim() === "" ? String(value) : label;
}
