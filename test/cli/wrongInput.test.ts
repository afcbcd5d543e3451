import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { filesBelow, neyman, workspace } from "../helpers/cli.js";
import { panelCsv } from "../helpers/panelCsv.js";

/** Lines are counted in the messages below: `outcome` stands on line 3, `folds` on 8, `columns` on 11, `- {}` on 12. */
const STUDY = `data: { file: panel.csv, unit: firm, time: year }
base:
  outcome: y
  treatment: d
  controls: [x1, x2]
  fixedEffects: [firm, year]
  learner: { rf: { trees: 2 } }
  folds: { k: 2 }
tables:
  - id: main
    columns:
      - {}
`;

/** The study with one text in the place of another, which must be there. */
function study(instead: string, of: string): string {
  if (!STUDY.includes(of)) throw new Error(`The study has no ${of}.`);
  return STUDY.replace(of, instead);
}

const base = (line: string): string => study(`  folds: { k: 2 }\n  ${line}\n`, "  folds: { k: 2 }\n");
const column = (options: string): string => study(`- ${options}`, "- {}");
const table = (text: string): string => `${STUDY}${text}\n`;

type Case = readonly [name: string, study: string, ...message: string[]];

const COLUMNS: readonly Case[] = [
  ["outcome", study("outcome: yy", "outcome: y"), "study.yaml, line 3, `outcome`: panel.csv has no column `yy`. Did you mean `y`?"],
  ["treatment", study("treatment: dose", "treatment: d"), "study.yaml, line 4, `treatment`: panel.csv has no column `dose`. Known: `firm`, `year`"],
  ["control", study("[x1, X3]", "[x1, x2]"), "study.yaml, line 5, `controls`: panel.csv has no column `X3`. Did you mean `x1`?"],
  ["fixed effect", study("[firm, yaer]", "[firm, year]"), "line 6, `fixedEffects`: panel.csv has no column `yaer`. Did you mean `year`?"],
  ["factor of a product", study("[firm, region*yaer]", "[firm, year]"), "line 6, `fixedEffects`: panel.csv has no column `yaer`"],
  ["fold column", study("folds: { column: flod }", "folds: { k: 2 }"), "line 8, `folds.column`: panel.csv has no column `flod`"],
  ["folds by", study("folds: { k: 2, by: firms }", "folds: { k: 2 }"), "line 8, `folds.by`: panel.csv has no column `firms`. Did you mean `firm`?"],
  ["cluster", base("errors: { cluster: [regoin] }"), "line 9, `errors`: panel.csv has no column `regoin`. Did you mean `region`?"],
  ["given predictions", study("learner: { l: { column: y_hat }, m: rf, g: rf }", "learner: { rf: { trees: 2 } }"), "line 7, `learner`: panel.csv has no column `y_hat`"],
  ["unit", study("unit: firma", "unit: firm"), "line 1, `unit`: panel.csv has no column `firma`. Did you mean `firm`?"],
  ["time", study("time: yeer", "time: year"), "line 1, `time`: panel.csv has no column `yeer`. Did you mean `year`?"],
  ["where", column("{ where: yeer > 2002 }"), "line 12, `where`: panel.csv has no column `yeer`. Did you mean `year`?"],
  ["described", table("  - { id: moments, describe: [y, dd] }"), "line 13, `describe`: panel.csv has no column `dd`. Did you mean `d`?"],
  ["where of descriptives", table("  - { id: moments, describe: [y], where: yer > 1 }"), "line 13, `where`: panel.csv has no column `yer`"],
  ["text as outcome", study("outcome: region", "outcome: y"), "line 3, `outcome`: the column `region` must hold numbers, but panel.csv, line 2 has \"north\""],
  ["words as treatment", study("treatment: region", "treatment: d"), "line 4, `treatment`: the column `region` must hold numbers, but panel.csv, line 2 has \"north\". It holds words: `derive: [{ name: \"region_1\", expression: { formula: 'region == \"south\"' } }]` makes 0 and 1 of them; name `region_1` here."],
  ["text as control", study("[x1, region]", "[x1, x2]"), "line 5, `controls`: the column `region` must hold numbers", "or move it to `fixedEffects`"],
  ["text described", table("  - { id: moments, describe: [region] }"), "line 13, `describe`: the column `region` of panel.csv holds text and has no moments"],
  ["Chinese", study("[firm, 地去]", "[firm, year]"), "line 6, `fixedEffects`: panel.csv has no column `地去`. Did you mean `地区`?"],
];

const KEYS: readonly Case[] = [
  ["of the study", study("tabels:", "tables:"), "study.yaml, line 9: `tabels` is not an option of the study. Did you mean `tables`?"],
  ["of data", study("unti: firm", "unit: firm"), "line 1: `unti` is not an option of `data`. Did you mean `unit`?"],
  ["of base", study("treatmet: d", "treatment: d"), "line 4: `treatmet` is not an option of `base`. Did you mean `treatment`?"],
  ["of a table", study("colums:", "columns:"), "line 11: `colums` is not an option of a table. Did you mean `columns`?"],
  ["of a column", column("{ degre: 2 }"), "line 12: `degre` is not an option of a table's column. Did you mean `degree`?"],
  ["of folds", study("{ kk: 2 }", "{ k: 2 }"), "line 8: `kk` is not an option of `folds`. Did you mean `k`?"],
  ["of errors", base("errors: { clusters: [firm] }"), "line 9: `clusters` is not an option of `errors`. Did you mean `cluster`?"],
  ["of a learner", study("{ rf: { treees: 2 } }", "{ rf: { trees: 2 } }"), "line 7: `treees` is not an option of `learner.rf`. Did you mean `trees`?"],
  ["a learner", study("learner: rff", "learner: { rf: { trees: 2 } }"), "line 7: `learner` cannot be `rff`. Did you mean `rf`?"],
  ["a learner of a role", study("{ l: rf, m: olss, g: rf }", "{ rf: { trees: 2 } }"), "line 7: `learner.m` cannot be `olss`. Did you mean `ols`?"],
  ["a role", study("{ l: rf, mm: rf }", "{ rf: { trees: 2 } }"), "line 7: `mm` is not an option of `learner`. Did you mean `m`?"],
  ["of base at the top", `outcome: y\n${STUDY}`, "line 1: `outcome` is not an option of the study. It belongs under `base`."],
  ["trees in base", base("trees: 10"), "line 9: `trees` is not an option of `base`. It belongs under `learner: { "],
];

const VALUES: readonly Case[] = [
  ["encode", base("encode: dummy"), "line 9: `encode` cannot be `dummy`. Known: `effects`, `within`, `wg-approx`, `dummies`, `cre`, `cre-normal`, `fd`, `cre_general`, `cre_normal`, `fd_exact`, `wg_approx`."],
  ["score", base("score: iv"), "line 9: `score` cannot be `iv`. Known: `partialling-out`, `iv-type`, `ATE`, `ATTE`, `ATU`, `LATE`, `APO`, `derivative`, `shift`, `efficient`."],
  ["errors", base("errors: robust"), "line 9: `errors` cannot be `robust`. Known: `homoskedastic`", "for instance `errors: { cluster: [city] }`"],
  ["degree", base("degree: 3"), "line 9: `degree` must be 1 or 2, not 3."],
  ["statistic", table("  - { id: moments, describe: [y], stats: [median] }"), "line 13: `stats` cannot be `median`"],
  ["text for a number", base("repetitions: three"), "line 9: `repetitions` must be a whole number, not \"three\"."],
  ["text for trees", study("trees: many", "trees: 2"), "line 7: `learner.rf.trees` must be a whole number, not \"many\"."],
  ["number for a column", study("outcome: 5", "outcome: y"), "line 3: `outcome` must be a text, not 5.", "put it in quotes"],
  ["a name for a list", study("controls: x1", "controls: [x1, x2]"), "line 5: `controls` must be a list, not \"x1\". Write `[x1]`."],
  ["a number for a mapping", study("folds: 5", "folds: { k: 2 }"), "line 8: `folds` must be a mapping (key: value), not 5. Write `folds: { k: 5 }`."],
  ["one fold", study("{ k: 1 }", "{ k: 2 }"), "line 8: `folds.k` must be 2 or more, not 1."],
  ["hidden layers", study("learner: { nnet: { hidden: a } }", "learner: { rf: { trees: 2 } }"), "line 7: `learner.nnet.hidden` cannot be \"a\". Write it as in `hidden: \"64,32\"`."],
  ["hidden layers as a list", study("learner: { nnet: { hidden: [10, 5] } }", "learner: { rf: { trees: 2 } }"), "line 7: `learner.nnet.hidden` must be a whole number, not a list. Write `hidden: \"64,32\"`."],
  ["no hidden units", study("learner: { nnet: { hidden: 0 } }", "learner: { rf: { trees: 2 } }"), "line 7: `learner.nnet.hidden` must be 1 or more, not 0."],
  ["no penalties", study("learner: { lassocv: { alphas: [] } }", "learner: { rf: { trees: 2 } }"), "line 7: `learner.lassocv.alphas` is empty."],
  ["no depth", study("learner: { gradboost: { maxDepth: 0 } }", "learner: { rf: { trees: 2 } }"), "line 7: `learner.gradboost.maxDepth` must be 1 or more, not 0."],
  ["a grid with a value twice", study("learner: { rf: { tune: { grid: { trees: [1, 1] } } } }", "learner: { rf: { trees: 2 } }"), "line 7: `learner.rf.tune.grid.trees` holds a value twice. Keep one."],
  ["an option of a learner without any", study("learner: { ols: { trees: 5 } }", "learner: { rf: { trees: 2 } }"), "line 7: `trees` is not an option of `learner.ols`, which has none. Leave it out."],
  ["level in per cent", base("level: 95"), "line 9: `level` must be below 1, not 95. 95 % is 0.95."],
  ["an empty column", column(""), "line 12: a table's column is empty", "Write `{}`"],
  ["no tables", STUDY.slice(0, STUDY.indexOf("tables:")), "study.yaml: the study lacks `tables`. Add it, for instance"],
  ["an empty list of tables", `${STUDY.slice(0, STUDY.indexOf("tables:"))}tables: []\n`, "line 9: `tables` is empty."],
  ["no outcome", study("", "  outcome: y\n"), "line 11: `outcome` is missing. Name a column, here or under `base`."],
  ["repeated table ids", table("  - { id: main, columns: [{}] }"), "line 13: two tables have the id `main`. Give each its own."],
  ["both kinds of table", table("  - { id: two, describe: [y], columns: [{}] }"), "line 13: table `two` needs either `columns` (estimates), `describe`", "not both"],
  ["where of a table of estimates", table("  - { id: two, where: year > 2001, columns: [{}] }"), "line 13: `where` has no meaning in a table of estimates. Put it under the table's `base`"],
  ["two learners", study("learner: { rf: {}, ols: {} }", "learner: { rf: { trees: 2 } }"), "line 7, `learner`: `rf` and `ols` are both named"],
  ["treatment is the outcome", study("treatment: y", "treatment: d"), "line 4, `treatment`: `y` is the outcome and the treatment."],
  ["treatment among the controls", study("[x1, d]", "[x1, x2]"), "line 5, `controls`: `d` is the treatment and cannot stand here too"],
  ["outcome among the controls", study("[y, x2]", "[x1, x2]"), "line 5, `controls`: `y` is the outcome and cannot stand here too"],
  ["treatment among the effects", study("[firm, d]", "[firm, year]"), "line 6, `fixedEffects`: `d` is the treatment"],
  ["where: syntax", column("{ where: year >> 2002 }"), "line 12, `where`: expression, column 7: `>` stands where"],
  ["where: assignment", column("{ where: year = 2002 }"), "line 12, `where`: expression, column 6: `=` has no meaning", "a comparison is `==`"],
  ["where: types", column("{ where: region > 5 }"), "line 12, `where`: In `region > 5`, the text column `region` is compared with the number `5`"],
  ["where: no condition", column("{ where: year }"), "line 12, `where`: A condition is wanted where the number column `year` stands"],
];

const SYNTAX: readonly Case[] = [
  ["a tab", study("\toutcome: y", "  outcome: y"), "study.yaml, line 3, column 1: a tab is used to indent. Indent with spaces."],
  ["too far in", study("    treatment: d", "  treatment: d"), "study.yaml, line 3, column 12: a key stands where a value should end."],
  ["too far out", study(" treatment: d", "  treatment: d"), "study.yaml, line 4, column 1: the indentation does not fit"],
  ["an open bracket", study("[x1, x2", "[x1, x2]"), "study.yaml, line 6, column 3: a bracket is opened above and not closed before this line: `]` is missing."],
  ["an open quote", study("outcome: \"y", "outcome: y"), "study.yaml, line 3, column 12: a quote is opened and never closed"],
  ["no space after the colon", study("outcome:y", "outcome: y"), "study.yaml, line 3, column 3: this is no `key: value`."],
  ["a key twice", study("  treatment: d\n  treatment: x1", "  treatment: d"), "study.yaml, line 5, column 3: the key `treatment` is given twice."],
  ["an exclamation mark", column("{ where: !(year > 2002) }"), "study.yaml, line 12", "a value that begins with `!` must stand in quotes"],
  ["an unknown alias", study("outcome: *y", "outcome: y"), "study.yaml, line 3: a value that begins with `*` must stand in quotes"],
  ["two studies", `${STUDY}---\n${STUDY}`, "study.yaml, line 13, column 1: a second study begins here"],
  ["nothing", "", "study.yaml is empty. A study needs `data` and `tables`"],
  ["comments alone", "# to do\n", "study.yaml is empty."],
  ["a list", "- data\n- tables\n", "study.yaml is not a study file: it holds a list"],
  ["the data", panelCsv(3, 2), "study.yaml is not a study file: it holds a text", "write a study that names it"],
];

const SAMPLES: readonly Case[] = [
  ["where chooses nothing", column("{ where: year > 2100 }"), "study.yaml, line 12 (table `main`, column 1): No rows are left: 180 not chosen by `where`."],
  ["an empty control", study("[x1, none]", "[x1, x2]"), "No rows are left: 180 with missing values (none in 180)."],
  ["more folds than units", study("{ k: 31 }", "{ k: 2 }"), "(table `main`, column 1): 30 values of `firm` cannot be dealt to 31 folds. Lower `folds.k`"],
  ["a constant treatment", study("treatment: one", "treatment: d"), "`one` has the same value in all rows of this sample"],
  ["a treatment constant within units", study("treatment: size", "treatment: d"), "The treatment `size` does not vary within `firm`", "Change fixedEffects"],
  ["a fold column of one value", study("{ column: one }", "{ k: 2 }"), "The fold column `one` has one value"],
  ["none of several", column("{ where: year > 2100 }\n      - { folds: { k: 31 } }"), "No rows are left", "None of the 2 specifications can be estimated; `neyman plan` lists the reasons."],
];

for (const [name, cases] of Object.entries({
  "a column that is not there, or holds text": COLUMNS, "a misspelt or misplaced key": KEYS, "a value that cannot be": VALUES,
  "broken YAML": SYNTAX, "a sample that gives nothing": SAMPLES,
})) {
  describe.concurrent(name, () => {
    it.each(cases)("%s", async (_, text, ...fragments) => {
      const folder = workspace({ "study.yaml": text, "panel.csv": panelCsv() });
      await expectRefusal(folder, fragments);
    });
  });
}

/** Exit code 2, one message on stderr, nothing on stdout, no file made. */
async function expectRefusal(folder: string, fragments: readonly string[], args: readonly string[] = ["run", "study.yaml", "--threads", "1"]): Promise<void> {
  const before = filesBelow(folder);
  const { code, stdout, stderr } = await neyman(folder, ...args);
  expect(stderr).toMatch(/^neyman: [^\n]+\n/);
  for (const fragment of fragments) expect(stderr).toContain(fragment);
  expect(stderr.match(/neyman: /g)).toHaveLength(1);
  expect(stderr).not.toMatch(/\n\s+at |Error:/);
  expect(stdout).toBe("");
  expect(code).toBe(2);
  expect(filesBelow(folder)).toEqual(before);
  expect(existsSync(join(folder, "study-output"))).toBe(false);
}

describe.concurrent("a data file that cannot be used", () => {
  const lines = panelCsv().trimEnd().split("\n");
  const cases: readonly (readonly [name: string, data: string | null, ...message: string[]])[] = [
    ["missing", null, "study.yaml, line 1, `file`: There is no data file", "Did you mean `panels.csv`?"],
    ["empty", "", "panel.csv is empty."],
    ["a header alone", `${lines[0] ?? ""}\n`, "panel.csv has column names but no rows."],
    ["a short row", [...lines.slice(0, 9), "1,2,3", ...lines.slice(9)].join("\n"), "panel.csv, line 10 has 3 cells where the header has 11."],
    ["an open quote", [...lines.slice(0, 9), `"${lines[9] ?? ""}`, ...lines.slice(10)].join("\n"), "panel.csv, line 10: the quote that opens a cell here is never closed."],
    ["a row twice", [...lines, lines[3]].join("\n"), "panel.csv, line 4 and line 182 both hold unit `1` and time `2002`."],
    ["a word among numbers", lines.join("\n").replace(/,0\.\d+,0\.\d+,0,1,north/, ",abc,0.5,0,1,north"), "`controls`: the column `x1` must hold numbers, but panel.csv, line 2 has \"abc\""],
    ["a Stata file cut short", "<stata_dta><header>", "panel.csv is cut short"],
    ["half an Arrow file", "ARROW1\0\0abc", "panel.csv is cut short or damaged"],
  ];
  for (const [name, data, ...fragments] of cases) {
    it(name, async () => {
      const folder = workspace({ "study.yaml": STUDY, ...(data === null ? { "panels.csv": panelCsv() } : { "panel.csv": data }) });
      await expectRefusal(folder, fragments);
    });
  }

  it("a folder", async () => {
    const folder = workspace({ "study.yaml": STUDY });
    mkdirSync(join(folder, "panel.csv"));
    await expectRefusal(folder, ["study.yaml, line 1, `file`:", "panel.csv is a folder. Name the data file in it."]);
  });
});

describe.concurrent("wrong usage", () => {
  const cases: readonly (readonly [name: string, args: readonly string[], ...message: string[]])[] = [
    ["no command", [], "Name a command: run, plan, merge, status, store, worker, table, plot, init, describe, derive, learners, schema, index, sbm or malmquist."],
    ["an unknown command", ["rum", "study.yaml"], "There is no command `rum`. Did you mean `run`?"],
    ["no study", ["run"], "Name the study file, as in `neyman run study.yaml`."],
    ["an empty name", ["run", ""], "The name of the study file is empty."],
    ["a study that is not there", ["run", "studi.yaml"], "There is no study file studi.yaml. Did you mean `study.yaml`?"],
    ["a folder that is not there", ["plan", "no/study.yaml"], "There is no folder"],
    ["a folder as study", ["run", "."], ". is a folder. Name the study file in it."],
    ["no threads", ["run", "study.yaml", "--threads", "0"], "--threads must be a whole number from 1 to 1024."],
    ["threads in words", ["run", "study.yaml", "--threads", "two"], "--threads must be a whole number from 1 to 1024."],
    ["threads without a number", ["run", "study.yaml", "--threads"], "`--threads` needs a value."],
    ["another command's option", ["plan", "study.yaml", "--out", "x"], "`neyman plan` has no option `--out`; other commands have it."],
    ["a misspelt option", ["run", "study.yaml", "--thread", "1"], "There is no option `--thread`. Did you mean `--threads`?"],
    ["two studies", ["run", "study.yaml", "other.yaml"], "`other.yaml` is one argument too many"],
    ["an empty output folder", ["run", "study.yaml", "--out", ""], "--out is empty. Name a folder"],
    ["a file as output folder", ["run", "study.yaml", "--out", "panel.csv"], "The results cannot be written into panel.csv", "Choose another folder with --out."],
    ["a folder below a file", ["run", "study.yaml", "--out", "panel.csv/out"], "The results cannot be written into panel.csv/out"],
    ["a file as store", ["run", "study.yaml", "--store", "panel.csv"], "--store: no files can be made in panel.csv."],
  ];
  for (const [name, args, ...fragments] of cases) {
    it(name, async () => {
      const folder = workspace({ "study.yaml": STUDY, "panel.csv": panelCsv() });
      await expectRefusal(folder, fragments, args);
    });
  }
});

describe.concurrent("where one specification fails, the others go on", () => {
  it.each([
    ["no rows", "{ where: year > 2100 }", "no-rows", "No rows are left"],
    ["more folds than units", "{ folds: { k: 31 } }", "fewer-units-than-folds", "30 values of `firm` cannot be dealt to 31 folds"],
    ["a constant treatment", "{ treatment: one }", "constant-variable", "`one` has the same value"],
    ["a treatment constant within units", "{ treatment: size }", "no-within-variation", "The treatment `size` does not vary within `firm`"],
  ])("%s: exit code 3, the reason in its row", async (_, options, code, message) => {
    const folder = workspace({ "study.yaml": column(`{}\n      - ${options}`), "panel.csv": panelCsv() });
    const ended = await neyman(folder, "run", "study.yaml", "--threads", "1", "--json");
    expect(ended.code, ended.stderr).toBe(3);
    expect(ended.stderr).toContain("1 of 2 specifications could not be estimated.");
    const { estimates } = JSON.parse(ended.stdout) as { estimates: { coef: number | null; error: { code: string; message: string } | null }[] };
    expect(estimates[0]?.error).toBeNull();
    expect(estimates[0]?.coef).toBeTypeOf("number");
    expect(estimates[1]?.coef).toBeNull();
    expect(estimates[1]?.error?.code).toBe(code);
    expect(estimates[1]?.error?.message).toContain(message);
  });

  it("a joint table of rows clustered in different ways: exit code 3, said in the closing line", async () => {
    const folder = workspace({ "study.yaml": `${column("{}\n      - { errors: { cluster: [year] } }")}  - { id: both, joint: [main] }\n`, "panel.csv": panelCsv() });
    const ended = await neyman(folder, "run", "study.yaml", "--threads", "1");
    expect(ended.code, ended.stderr).toBe(3);
    expect(ended.stderr).toContain("1 of 1 joint table could not be estimated.");
    expect(ended.stdout).toContain("Not estimated: The errors of `main.1: d`");
  });
});

it("a study in JSON is refused with its line too", async () => {
  const written = JSON.stringify({ data: { file: "panel.csv" }, base: { outcome: "y", treatment: "dd" }, tables: [{ id: "t", columns: [{}] }] }, null, 2);
  const folder = workspace({ "study.json": written, "panel.csv": panelCsv() });
  await expectRefusal(folder, ["study.json, line 7, `treatment`: panel.csv has no column `dd`."], ["run", "study.json"]);
});

it("results that cannot be written at the end leave no part of themselves", async () => {
  const folder = workspace({ "study.yaml": STUDY, "panel.csv": panelCsv() });
  mkdirSync(join(folder, "out", "estimates.json"), { recursive: true });
  writeFileSync(join(folder, "out", "estimates.json", "kept"), "");
  const { code, stderr } = await neyman(folder, "run", "study.yaml", "--out", "out");
  expect(stderr).toContain("The results cannot be written into out");
  expect(code).toBe(2);
  expect(filesBelow(join(folder, "out"))).toEqual(["estimates.json/kept"]);
});
