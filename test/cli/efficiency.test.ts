import { describe, expect, it } from "vitest";
import { neyman, textOf, workspace } from "../helpers/cli.js";
import { uniforms } from "../helpers/random.js";

const SIX = `plant,year,k,l,y,so2
A,2001,4,3,1,2
B,2001,7,3,1,1
C,2001,8,1,1,3
D,2001,4,2,1,1
E,2001,2,4,1,2
F,2001,10,1,1,
A,2002,4,3,1.2,2
`;
const ARGS = ["--inputs", "k,l", "--outputs", "y", "--undesirable", "so2", "--rts", "vrs"];
const folder = workspace({ "six.csv": SIX, "text.csv": "a,b\n1,x\n2,y\n", "zero.csv": "a,b\n1,0\n2,3\n", "odd.csv": "a,b\n1,-2\n2,3\n", "nought.csv": "u,t,a,b\np,1,1,0\nq,1,1,2\np,2,1,1\nq,2,1,2\n", "again.csv": `${SIX}A,2001,1,1,1,1\n`, "noId.csv": SIX.replace("C,2001", ",2001"),
  "months.csv": SIX.replaceAll(",2001", ",2001m10").replaceAll(",2002", ",2001m9") });

describe("neyman sbm", () => {
  it("--json: a list in the order of the rows, each with its score, status, slacks and peers by name", async () => {
    const { code, stdout } = await neyman(folder, "sbm", "six.csv", ...ARGS, "--super", "--id", "plant", "--time", "year", "--json");
    expect(code).toBe(0);
    const rows = JSON.parse(stdout) as Record<string, unknown>[];
    expect(rows.map(({ row, id, time }) => [row, id, time])).toEqual([..."ABCDEF"].map((id, i) => [i + 1, id, 2001]).concat([[7, "A", 2002]]));
    expect(rows[0]).toMatchObject({ status: "optimal", superScore: null, slacks: { k: 0, l: 1, y: 0, so2: 1 }, targets: { k: 4, l: 2, y: 1, so2: 1 }, peers: [{ row: 4, id: "D", time: 2001, weight: 1 }] });
    expect(rows[0]!["score"]).toBeCloseTo((1 - 1 / 6) / 1.25, 12);
    expect(rows[3]!["superScore"]).toBeGreaterThan(1);
    expect(rows[5]).toMatchObject({ score: null, status: "missing", peers: [] });
  });

  it("prints a summary with what was done to whom, then few rows one by one; --out writes them", async () => {
    const { code, stdout } = await neyman(folder, "sbm", "six.csv", ...ARGS, "--id", "plant", "--time", "year", "--frontier", "period", "--out", "scores.csv");
    expect(code).toBe(0);
    expect(stdout).toContain("Slacks-based measure: non-oriented, vrs, frontier period.");
    expect(stdout).toContain("1 row has no score: a value is missing.");
    expect(stdout).toMatch(/F 2001 +– +missing/);
    expect(textOf(folder, "scores.csv").split("\n").slice(0, 2)).toEqual(["plant,year,sbm", expect.stringMatching(/^A,2001,0\.666/)]);
    expect(textOf(folder, "scores.csv")).toContain("F,2001,\n");
  });

  it("the same bytes on any number of threads, intervals included", async () => {
    const random = uniforms(9);
    const rows = Array.from({ length: 1100 }, () => Array.from({ length: 4 }, () => 0.2 + random()).join(","));
    const many = workspace({ "many.csv": `a,b,y,c\n${rows.join("\n")}\n` });
    const run = (threads: number) => neyman(many, "sbm", "many.csv", "--inputs", "a,b", "--outputs", "y", "--undesirable", "c", "--rts", "vrs", "--super", "--bootstrap", "20", "--json", "--threads", String(threads));
    const [one, three] = [await run(1), await run(3)];
    expect(one.code).toBe(0);
    expect(one.stdout.length).toBeGreaterThan(300_000);
    expect(one.stdout === three.stdout).toBe(true);
  });

  it.each([
    ["no returns to scale", ["six.csv", "--inputs", "k", "--outputs", "y"], "--rts is missing. Returns to scale: constant, variable, non-increasing, non-decreasing. No default"],
    ["a misspelt value", ["six.csv", "--inputs", "k", "--outputs", "y", "--rts", "crz"], "--rts cannot be `crz`. Did you mean `crs`?"],
    ["returns by another tool's name", ["six.csv", "--inputs", "k", "--outputs", "y", "--rts", "drs"], "--rts cannot be `drs`. Known: `crs`, `vrs`, `nirs`, `ndrs`."],
    ["a flag twice, of which one would be lost", ["six.csv", "--inputs", "k", "--inputs", "l", "--outputs", "y", "--rts", "crs"], "--inputs is given 2 times. Give it once; a list has commas between"],
    ["a unit twice in a period", ["again.csv", ...ARGS, "--id", "plant", "--time", "year"], "again.csv, line 2 and line 9 both hold unit `A` and time `2001`."],
    ["a group without its frontier", ["six.csv", ...ARGS, "--group", "plant"], "--group: `group` is an option of `--frontier group` and `--frontier meta`, and the frontier is pooled."],
    ["a window without its frontier", ["six.csv", ...ARGS, "--window", "2", "--time", "year", "--frontier", "period"], "--window: `window` is an option of `--frontier window`, and the frontier is period."],
    ["a misspelt flag", ["six.csv", "--input", "k", "--outputs", "y", "--rts", "crs"], "There is no option `--input`. Did you mean `--inputs`?"],
    ["a misspelt column", ["six.csv", "--inputs", "kk", "--outputs", "y", "--rts", "crs"], "--inputs: six.csv has no column `kk`. Did you mean `k`?"],
    ["text", ["text.csv", "--inputs", "a", "--outputs", "b", "--rts", "crs"], "--outputs: the column `b` must hold numbers, but text.csv, line 2 has \"x\". Mend the cell, or list it under `--missing x`."],
    ["a zero output", ["zero.csv", "--inputs", "a", "--outputs", "b", "--rts", "crs"], "zero.csv, line 2 has 0 in `b`, and the measure divides by it. Leave such rows out with `--zeros drop`"],
    ["a negative output", ["odd.csv", "--inputs", "a", "--outputs", "b", "--rts", "crs"], "odd.csv, line 2 has -2 in `b`: quantities are not negative."],
    ["a column twice", ["six.csv", "--inputs", "k", "--outputs", "k", "--rts", "crs"], "`k` is named twice among inputs, outputs and undesirable outputs"],
    ["no data file", [], "Name the data file, as in `neyman sbm cities.csv`."],
    ["a file that is not there", ["sxi.csv", "--inputs", "k", "--outputs", "y", "--rts", "crs"], "There is no data file sxi.csv. Did you mean `six.csv`?"],
    ["periods that are not named", ["six.csv", "--inputs", "k", "--outputs", "y", "--rts", "crs", "--frontier", "window"], "--frontier: `--frontier window` needs to know the periods: name the column of time."],
    ["a column of time that is not there", ["six.csv", "--inputs", "k", "--outputs", "y", "--rts", "crs", "--time", "yaer"], "--time: six.csv has no column `yaer`. Did you mean `year`?"],
    ["draws that are no number", ["six.csv", "--inputs", "k", "--outputs", "y", "--rts", "crs", "--bootstrap", "many"], "--bootstrap must be a whole number of 20 or more"],
  ])("%s", async (_, args, message) => {
    const { code, stdout, stderr } = await neyman(folder, "sbm", ...args);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(message);
  });
});

describe("neyman index", () => {
  it("prints entropies, divergences and weights; --json has them and the rows", async () => {
    const { code, stdout } = await neyman(folder, "index", "six.csv", "--columns", "k,l", "--negative", "l", "--id", "plant", "--time", "year");
    expect(code).toBe(0);
    expect(stdout).toMatch(/Indicator +Entropy +Divergence +Weight/);
    expect(stdout).toMatch(/B 2001 +0\.\d{4}/);
    const { stdout: json } = await neyman(folder, "index", "six.csv", "--columns", "k,l", "--negative", "l", "--json", "--weights", "k=1,l=3");
    const { indicators, rows, weights } = JSON.parse(json) as { indicators: string[]; rows: { row: number; index: number }[]; weights: { weights: number[] }[] };
    expect([indicators, weights[0]!.weights, rows.length]).toEqual([["k", "l"], [0.25, 0.75], 7]);
    expect(rows[5]!.index).toBeCloseTo(1.00001, 12);
  });

  it("a period with one row has no scale and no weights of its own", async () => {
    for (const option of ["--weigh-by", "--scale"]) {
      const { code, stderr } = await neyman(folder, "index", "six.csv", "--columns", "k,l", option, "period", "--time", "year");
      expect([code, stderr]).toEqual([2, expect.stringContaining("A period has one row alone with all indicators")]);
    }
  });
});

describe("neyman malmquist", () => {
  it("needs units and periods, and gives changes by row", async () => {
    const without = await neyman(folder, "malmquist", "six.csv", ...ARGS);
    expect(without.stderr).toContain("name the columns of units and of time");
    const { code, stdout } = await neyman(folder, "malmquist", "six.csv", ...ARGS, "--id", "plant", "--time", "year", "--json");
    expect(code).toBe(0);
    const rows = JSON.parse(stdout) as { index: number | null; catchUp: number | null; shift: number | null }[];
    expect(rows.map(({ index }) => index === null)).toEqual([true, true, true, true, true, true, false]);
    expect(rows[6]!.catchUp! * rows[6]!.shift!).toBeCloseTo(rows[6]!.index!, 12);
  });

  it("months follow one another as time does, not as text: the ninth before the tenth", async () => {
    const { stdout } = await neyman(folder, "malmquist", "months.csv", ...ARGS, "--id", "plant", "--time", "year", "--json");
    const rows = JSON.parse(stdout) as { id: string; time: string; index: number | null }[];
    expect(rows.filter(({ index }) => index !== null).map(({ id, time }) => [id, time])).toEqual([["A", "2001m10"]]);
  });

  it("says why there is no change", async () => {
    const none = await neyman(folder, "malmquist", "nought.csv", "--inputs", "a", "--outputs", "b", "--rts", "crs", "--id", "u", "--time", "t");
    expect(none.stdout).toContain("1 of 2 changes has no value: a measure that it is made of is 0");
    const lost = await neyman(folder, "malmquist", "zero.csv", "--inputs", "a", "--outputs", "b", "--rts", "crs", "--id", "a", "--time", "a");
    expect(lost.stdout).toContain("No unit has rows in two periods next to each other");
  });

  it.each([
    ["a unit that is missing", "noId.csv", [], "noId.csv, line 4 has no `plant`, so it has no period before or after."],
    ["a unit twice in a period", "again.csv", [], "both hold unit `A` and time `2001`"],
    ["an orientation of a measure that has none", "six.csv", ["--orientation", "input"], "--orientation: `orientation` is an option of the radial measure, and the measure is directional."],
  ])("%s", async (_, file, more, message) => {
    const { code, stderr } = await neyman(folder, "malmquist", file, ...ARGS, "--id", "plant", "--time", "year", ...more);
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
  });
});
