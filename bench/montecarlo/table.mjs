/** Tables of a study: for each design and size, ways to estimate by learner. */
import { summaryOf } from "./summary.mjs";

/** Fewer draws say nothing. */
const FEWEST = 5;

export function tablesOf(designs, lines) {
  const filed = grouped(lines, ({ design, size }) => `${design} ${size}`);
  const tables = designs.flatMap((design) => design.sizes.map((size) => tableOf(design, size, filed.get(`${design.name} ${size}`) ?? [])));
  return tables.filter((table) => table !== "").join("\n\n");
}

function tableOf({ name, about, cells, data }, size, lines) {
  if (lines.length === 0) return "";
  const byCell = grouped(lines, ({ cell }) => cell);
  const rows = [...new Set(cells.map(({ row }) => row))];
  const columns = [...new Set(cells.map(({ column }) => column))];
  const entry = (row, column) => {
    const cell = cells.find((one) => one.row === row && one.column === column);
    return cell === undefined ? "" : shown(byCell.get(cell.name) ?? [], cell.truth, data === undefined ? "warns" : "checks");
  };
  const body = rows.map((row) => `| ${[row, ...columns.map((column) => entry(row, column))].join(" | ")} |`);
  return [`**${name}**, n = ${size.toLocaleString("en")} (${about})`, "", `| | ${columns.join(" | ")} |`, `|:--|${columns.map(() => "--:|").join("")}`, ...body].join("\n");
}

/** Bias, root mean squared error, mean standard error; coverage, and the share with any warning or, in panels, with a check that fires; draws. */
function shown(lines, truth, share) {
  if (lines.length < FEWEST) return "";
  const { draws, failed, bias, rmse, se, covers, [share]: alarms } = summaryOf(lines, truth);
  if (failed === draws) return "not defined";
  const failures = failed === 0 ? "" : `; ${failed} failed`;
  return `${[bias, rmse, se].map((value) => value.toFixed(3)).join(", ")}; ${percent(covers)}, ${percent(alarms)}; ${draws}${failures}`;
}

function percent(share) {
  return `${Math.round(100 * share)} %`;
}

function grouped(items, keyOf) {
  const groups = new Map();
  for (const item of items) {
    const key = keyOf(item);
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(item);
  }
  return groups;
}
