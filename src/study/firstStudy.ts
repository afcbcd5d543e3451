import { stringify } from "yaml";
import { codesOf } from "../panel/check.js";
import type { Column, NumberColumn, Panel } from "../panel/panel.js";

/** What a first study says of its columns. */
export interface FirstStudy {
  readonly unit: string | null;
  readonly time: string | null;
  readonly outcome: string;
  readonly treatment: string;
  readonly controls: readonly string[];
  readonly fixedEffects: readonly string[];
}

const UNIT_NAMES = /^(id|nr|unit|panel_?id|code|city|county|province|prefecture|state|country|region|firm|company|person|school|bank|stkcd|symbol|.*_?id|.*code|城市|地区|省份|企业|公司|代码|股票代码)$/i;
const TIME_NAMES = /^(year|time|date|period|month|quarter|wave|round|t|yr|年|年份|年度|时间|月份|季度|日期)$/i;
const OUTCOME_NAMES = /^(y|outcome|dependent|depvar|response|被解释变量|因变量)$/i;
const TREATMENT_NAMES = /^(d|treat|treated|treatment|policy|did|post|exposure|核心解释变量|处理|政策)$/i;

/** More controls than this are listed in a comment: a first study should be looked at. */
const MOST_CONTROLS = 15;

/** The unit and the time of a panel, by names, whole numbers and keys that stand once; null where nothing fits. */
export function guessIds(panel: Panel): Pick<FirstStudy, "unit" | "time"> {
  const columns = [...panel.columns.values()];
  const whole = columns.filter((column): column is NumberColumn => column.kind === "number" && column.values.every((value) => Number.isNaN(value) || Number.isInteger(value)));
  const inYears = whole.filter(({ values }) => values.every((value) => value >= 1800 && value <= 2200) && countOf(values) > 1 && countOf(values) < panel.rows);
  const time = whole.find(({ name }) => TIME_NAMES.test(name)) ?? inYears[0];
  const candidates = columns.filter((column) => column !== time && (column.kind === "text" || whole.includes(column)) && isKey(column, time, panel.rows));
  const unit = candidates.find(({ name }) => UNIT_NAMES.test(name)) ?? candidates[0];
  return { unit: unit?.name ?? null, time: time?.name ?? null };
}

/**
 * A first choice for what is not given. Outcome and treatment by name, else the first two columns of numbers that vary;
 * controls are the other columns of numbers that do, and, with unit effects, vary within some unit.
 */
export function guessStudy(panel: Panel, given: Partial<FirstStudy>): FirstStudy {
  const found = guessIds(panel);
  const ids = { unit: given.unit === undefined ? found.unit : given.unit, time: given.time === undefined ? found.time : given.time };
  const fixedEffects = given.fixedEffects ?? [ids.unit, ids.time].filter((name) => name !== null);
  const within = ids.unit !== null && fixedEffects.includes(ids.unit) ? codesOf(panel.columns.get(ids.unit) as Column).codes : null;
  const usable = [...panel.columns.values()].filter((column): column is NumberColumn => column.kind === "number" && ![ids.unit, ids.time].includes(column.name) && varies(column.values, within));
  const taken = new Set([given.outcome, given.treatment, ...(given.controls ?? [])]);
  const free = usable.filter(({ name }) => !taken.has(name));
  const outcome = given.outcome ?? (free.find(({ name }) => OUTCOME_NAMES.test(name)) ?? free.find(({ name }) => !TREATMENT_NAMES.test(name)))?.name ?? "";
  const left = free.filter(({ name }) => name !== outcome);
  const treatment = given.treatment ?? (left.find(({ name }) => TREATMENT_NAMES.test(name)) ?? left[0])?.name ?? "";
  const controls = given.controls ?? left.filter(({ name }) => name !== treatment).map(({ name }) => name);
  return { ...ids, outcome, treatment, controls, fixedEffects };
}

/** The text of a study file, with comments that say what to look at. `file`: the data, as the study shall name it. */
export function firstStudyText(file: string, { unit, time, outcome, treatment, controls, fixedEffects }: FirstStudy, labels: Readonly<Record<string, string>> = {}): string {
  const [first, rest] = [controls.slice(0, MOST_CONTROLS), controls.slice(MOST_CONTROLS)];
  const shown = Object.entries(labels).map(([name, label]) => `  ${flow(name)}: ${flow(label)}`);
  return [
    "# A first study, written by `neyman init`. Look at every line; `neyman plan` says what it would fit, `neyman run` runs it.",
    "# All options: `neyman schema > study.schema.json`, and",
    "# yaml-language-server: $schema=study.schema.json",
    `data: { file: ${flow(file)}${unit === null ? "" : `, unit: ${flow(unit)}`}${time === null ? "" : `, time: ${flow(time)}`} }`,
    ...(shown.length === 0 ? [] : ["", "labels:", ...shown]),
    "", "base:",
    `  outcome: ${flow(outcome)}`, `  treatment: ${flow(treatment)}`, `  controls: ${flow(first)}`,
    ...(rest.length === 0 ? [] : [`  # not among the controls yet: ${flow(rest)}`]),
    ...(fixedEffects.length === 0 ? [] : [`  fixedEffects: ${flow(fixedEffects)}`]),
    "  learner: rf", "  seed: 42",
    "", "tables:",
    `  - { id: descriptives, title: Descriptive statistics, describe: ${flow([outcome, treatment, ...first])} }`,
    "  - id: main", `    title: ${flow(`Effect of ${labels[treatment] ?? treatment} on ${labels[outcome] ?? outcome}`)}`, "    columns:",
    "      - { label: forest }", "      - { label: lasso, learner: lassocv }", "      - { label: least squares, learner: ols }", "",
  ].join("\n");
}

/** A value on one line of YAML. */
function flow(value: string | readonly string[]): string {
  return stringify(value, { collectionStyle: "flow", lineWidth: 0, flowCollectionPadding: false, defaultStringType: "PLAIN" }).trim();
}

function countOf(values: Float64Array): number {
  return new Set(values).size;
}

/** Whether the column, with the time, tells every row from the others, and repeats. */
function isKey(column: Column, time: NumberColumn | undefined, rows: number): boolean {
  const { codes, labels } = codesOf(column);
  if (labels.length < 2 || (time !== undefined && labels.length >= rows)) return false;
  if (time === undefined) return labels.length === rows;
  const seen = new Set<string>();
  return codes.every((code, row) => {
    const key = `${code} ${time.values[row] ?? NaN}`;
    if (code < 0 || seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/** Whether values differ, within some unit if there are units. */
function varies(values: Float64Array, units: Int32Array | null): boolean {
  const first = new Map<number, number>();
  return values.some((value, row) => {
    if (Number.isNaN(value)) return false;
    const unit = units?.[row] ?? 0;
    const before = first.get(unit);
    if (before === undefined) first.set(unit, value);
    return before !== undefined && before !== value;
  });
}
