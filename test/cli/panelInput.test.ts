import { expect, it } from "vitest";
import { neyman, textOf, workspace } from "../helpers/cli.js";
import { panelCsv } from "../helpers/panelCsv.js";

/** 20 firms in 5 years with columns that a panel estimator cannot use, or must say a word about. */
function badPanel(): string {
  const [header = "", ...lines] = panelCsv(20, 5).trimEnd().split("\n");
  const more = lines.map((line, i) => {
    const [firm, period] = [Math.floor(i / 5), i % 5];
    const { 3: d = "" } = line.split(",");
    return [line, d, firm + period, 1, firm === 4 ? 0 : 1, `firm ${firm + 1}`].join(",");
  });
  return `${[`${header},twin,age,together,weight,name`, ...more].join("\n")}\n`;
}

const STUDY = `data: { file: panel.csv, unit: UNIT, time: year }
base: { outcome: y, treatment: d, controls: [x1], fixedEffects: [UNIT, year], learner: ols, folds: { k: 3 } }
tables:
  - id: t
    columns:
`;

const study = (columns: readonly string[], unit = "firm"): string => STUDY.replaceAll("UNIT", unit) + columns.map((one) => `      - ${one}\n`).join("");

interface Row {
  readonly error: { readonly message: string } | null;
  readonly coef: number | null;
  readonly n: number | null;
  readonly units: number | null;
  readonly dropped: { readonly singletons: number } | null;
  readonly notes: readonly string[];
}

async function rowsOf(data: string, text: string): Promise<{ readonly rows: readonly Row[]; readonly code: number | null; readonly tables: string }> {
  const folder = workspace({ "study.yaml": text, "panel.csv": data });
  const { code, stdout, stderr } = await neyman(folder, "run", "study.yaml", "--threads", "1", "--store", "none", "--json");
  expect(stderr).not.toMatch(/\n\s+at |neyman: /);
  return { code, rows: (JSON.parse(stdout) as { estimates: Row[] }).estimates, tables: textOf(folder, "study-output/tables.md") };
}

const REFUSED: readonly (readonly [column: string, message: RegExp])[] = [
  ["{ treatment: age }", /The treatment `age` is determined by `firm`, `year` together: nothing of it is left/],
  ["{ fixedEffects: [firm, twin] }", /No rows are left: 100 alone in a level of a fixed effect\. Each level needs two rows at least/],
  ["{ folds: { column: together } }", /The fold column `together` has one value; two folds at least are needed\./],
  ["{ factors: 4 }", /4 factors leave nothing beside unit effects: this sample has 5 periods, so take 3 at most\./],
  ["{ model: pliv, instrument: size }", /The instrument `size` does not vary within `firm`/],
  ["{ model: pliv, instrument: age }", /The instrument `age` is determined by `firm`, `year` together/],
  ["{ where: year == 2000 }", /No rows are left: 80 not chosen by `where`, 20 alone in a level of a fixed effect\. Each level needs two rows at least, each unit two periods\./],
  ["{ weights: weight }", /The weights `weight` must be above 0, but one is 0\. Leave such rows out by `where: weight > 0`\./],
];

it("what a panel cannot give is the error of its row, with the mend; what is without use is said", async () => {
  const { rows, code, tables } = await rowsOf(badPanel(), study(["{}", "{ controls: [x1, age] }", "{ controls: [x1, size], learner: { rf: { trees: 5 } } }", ...REFUSED.map(([column]) => column)]));
  expect(code).toBe(3);
  const [plain, collinear, constant, ...failed] = rows;
  failed.forEach((row, i) => expect(row.error?.message, REFUSED[i]?.[0]).toMatch(REFUSED[i]?.[1] ?? /never/));
  expect(collinear?.coef).toBeCloseTo(plain?.coef ?? NaN, 10); // pivoted out of the least squares
  expect(collinear?.notes.join("\n")).toContain("The effects determine `age`: it adds nothing.");
  expect(constant?.notes.join("\n")).toContain("The effects determine `size`: it adds nothing alone");
  expect(tables).toMatch(/The effects determine .{0,2}age/);
});

it("an effect that is the treatment is refused before anything is read from it", async () => {
  const folder = workspace({ "study.yaml": study(["{ treatment: size, fixedEffects: [size, year] }"]), "panel.csv": badPanel() });
  const { code, stderr } = await neyman(folder, "run", "study.yaml");
  expect(code).toBe(2);
  expect(stderr).toContain("`size` is the treatment and cannot stand here too: it would predict itself. Take it out.");
});

it("a unit with one row is dropped and counted; names serve as units as numbers do", async () => {
  const lines = badPanel().trimEnd().split("\n");
  const data = `${[...lines.slice(0, 2), ...lines.slice(6)].join("\n")}\n`; // of the first firm its first year alone
  const { rows: [numbered], code, tables } = await rowsOf(data, study(["{ folds: { column: size } }"]));
  const { rows: [named] } = await rowsOf(data, study(["{ folds: { column: size } }"], "name"));
  expect(code).toBe(0);
  expect(numbered).toMatchObject({ n: 95, units: 19, dropped: { singletons: 1 } });
  expect(tables).toContain("Dropped: 1 singleton.");
  expect(named?.coef).toBe(numbered?.coef);
});
