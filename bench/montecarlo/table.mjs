/** Tables of a study: for each design and size, ways to estimate by learner. */
import { sumsOf } from "./record.mjs";
import { summaryOf } from "./summary.mjs";

/** Fewer draws say nothing. */
const FEWEST = 5;

export function tablesOf(designs, record) {
  return designs.flatMap((design) => design.sizes.map((size) => tableOf(design, size, record))).filter((table) => table !== "").join("\n\n");
}

function tableOf({ name, about, cells }, size, record) {
  const rows = [...new Set(cells.map(({ row }) => row))];
  const columns = [...new Set(cells.map(({ column }) => column))];
  const entry = (row, column) => {
    const cell = cells.find((one) => one.row === row && one.column === column);
    return cell === undefined ? "" : shown(sumsOf(record, name, size, cell.name));
  };
  const body = rows.map((row) => [row, ...columns.map((column) => entry(row, column))]);
  if (body.every(([, ...entries]) => entries.every((text) => text === ""))) return "";
  const lines = body.map((texts) => `| ${texts.join(" | ")} |`);
  return [`**${name}**, n = ${size.toLocaleString("en")} (${about})`, "", `| | ${columns.join(" | ")} |`, `|:--|${columns.map(() => "--:|").join("")}`, ...lines].join("\n");
}

/** One way to estimate in all designs, by learner: coverage, bias in percent of the mean standard error, share of draws with an alarm. */
export function coverageTable(designs, record, row) {
  const own = (design) => design.cells.filter((cell) => cell.row === row);
  const columns = [...new Set(designs.flatMap((design) => own(design).map(({ column }) => column)))];
  const lines = designs.flatMap((design) => design.sizes.map((size) => {
    const entries = columns.map((column) => {
      const cell = own(design).find((one) => one.column === column);
      const sums = cell === undefined ? null : sumsOf(record, design.name, size, cell.name);
      if (sums === null || sums.draws - sums.failed < FEWEST) return "";
      const { bias, se, covers, alarms } = summaryOf(sums);
      return `${percent(covers)} · ${Math.round((100 * bias) / se)} · ${percent(alarms)}`;
    });
    const draws = Math.max(...own(design).map((cell) => sumsOf(record, design.name, size, cell.name).draws));
    return entries.every((text) => text === "") ? "" : `| ${design.about.replace(", effect -.5", "")}; ${size.toLocaleString("en")} units (${draws} draws) | ${entries.join(" | ")} |`;
  }));
  return [`| world | ${columns.join(" | ")} |`, `|:--|${columns.map(() => "--:|").join("")}`, ...lines.filter((line) => line !== "")].join("\n");
}

/** Bias, root mean squared error, mean standard error; coverage, and the share with an alarm; draws. */
function shown(sums) {
  if (sums.draws < FEWEST) return "";
  const { draws, failed, bias, rmse, se, covers, alarms } = summaryOf(sums);
  if (failed === draws) return "not defined";
  const failures = failed === 0 ? "" : `; ${failed} failed`;
  return `${[bias, rmse, se].map((value) => value.toFixed(3)).join(", ")}; ${percent(covers)}, ${percent(alarms)}; ${draws}${failures}`;
}

function percent(share) {
  return `${Math.round(100 * share)} %`;
}
