import { createEngine, prepareStudy, readPanel, readStudy, runStudy, type StudyResult } from "../../src/index.js";
import { panelCsv } from "./panelCsv.js";

/** Texts that must arrive as they are, whatever the format: markup, LaTeX, Word, formulas, Chinese. */
export const WILD = { outcome: "工资 <script>hacked = 1</script>", treatment: "Union_50% & $x^2$ {a} \\par \"q\" ~#", city: "<script>" };

const STUDY = `title: "Wages & <b>unions</b>"
note: Simulated data.
data: { file: panel.csv, unit: firm, time: year }
labels: { y: "${WILD.outcome}", d: ${JSON.stringify(WILD.treatment)}, x1: 控制 }
base: { outcome: y, treatment: d, controls: [x1, x2], fixedEffects: [firm, year], folds: { k: 3 }, learner: ols }
tables:
  - { id: moments, title: Descriptive statistics, describe: [y, d, x1] }
  - id: main
    title: Effect of d
    columns:
      - { label: least squares, sensitivity: { contour: 6, benchmarks: [[x2]] }, fixedEffects: [] }
      - { label: forest, learner: { rf: { trees: 4 } }, where: x1 > 0.1, groups: region }
      - { label: none, where: year > 3000 }
      - { model: irm, treatment: high, learner: { g: ols, m: logit }, encode: cre, effect: { along: [x1], curve: { column: x1, points: 6 } } }
  - { id: zones, title: By region, columns: [{ by: region, fixedEffects: [firm] }] }
  - { id: family, joint: [main.1, main.2], equal: true }
`;

/** The panel of the goldens: one of its regions is called <script>, and some cells are missing. */
export function outputsCsv(): string {
  const [header = "", ...rows] = panelCsv().trim().split("\n");
  const columns = header.split(",");
  const [d, region, x2] = ["d", "region", "x2"].map((name) => columns.indexOf(name));
  const lines = rows.map((row, i) => {
    const cells = row.split(",");
    if (cells[region!] === "south") cells[region!] = WILD.city;
    if (i % 40 === 7) cells[x2!] = "";
    return [...cells, Number(cells[d!]) > 1.5 ? 1 : 0].join(",");
  });
  return `${[`${header},high`, ...lines].join("\n")}\n`;
}

/** The study of the goldens as text. */
export const outputsStudy = STUDY;

let made: Promise<StudyResult> | undefined;

/** A small study that has every kind of table and figure, run once a test file. */
export function smallResult(): Promise<StudyResult> {
  return (made ??= run());
}

async function run(): Promise<StudyResult> {
  const engine = await createEngine();
  const panel = await readPanel(new TextEncoder().encode(outputsCsv()), "panel.csv", {});
  const { result } = await runStudy(prepareStudy(readStudy(STUDY, "study.yaml"), panel, engine.kernels), engine);
  return result;
}
