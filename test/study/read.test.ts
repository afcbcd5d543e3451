import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { nearest, suggestion } from "../../src/errors.js";
import { readStudy } from "../../src/index.js";
import { readCsv } from "../../src/panel/csv.js";
import { checkColumns } from "../../src/study/columns.js";
import { optionPlace, placeOf } from "../../src/study/lines.js";
import { messageOf } from "../helpers/errors.js";

const STUDY = `# a comment
data:
  file: panel.csv
  unit: firm
base:
  outcome: y
  treatment: d
  learner:
    l: ols
    m:
      rf: { trees: 5 }
tables:
  - id: one
    base: { degree: 2 }
    columns:
      - {}
      - controls: [x]
        where: d > 0
`;

describe("where the values of a study stand", () => {
  const { source } = readStudy(STUDY, "study.yaml");

  it.each([
    ["/data/unit", 4], ["/base/outcome", 6], ["/base/learner/m/rf/trees", 11], ["/tables/0/columns/0", 16],
    ["/tables/0/columns/1/controls/0", 17], ["/tables/0/columns/1/where", 18], ["/tables/0/columns/1/nothing", 17],
  ])("%s: line %i", (pointer, line) => {
    expect(placeOf(source, pointer)).toBe(`study.yaml, line ${line}`);
  });

  it("what is not written is in the file", () => {
    expect(placeOf(source, "/labels/x")).toBe("study.yaml");
  });

  it("an option stands in its column, else in its table's base, else in the study's; else it is its column's", () => {
    expect(optionPlace(source, 0, 1, "controls")).toBe("study.yaml, line 17, `controls`");
    expect(optionPlace(source, 0, 1, "degree")).toBe("study.yaml, line 14, `degree`");
    expect(optionPlace(source, 0, 1, "outcome")).toBe("study.yaml, line 6, `outcome`");
    expect(optionPlace(source, 0, 1, "learner.m")).toBe("study.yaml, line 10, `learner.m`");
    expect(optionPlace(source, 0, 1, "seed")).toBe("study.yaml, line 17");
  });

  it("in JSON and with aliases too", () => {
    const json = readStudy(JSON.stringify({ data: { file: "a" }, tables: [{ id: "t", describe: ["y"] }] }, null, 1), "s.json");
    expect(placeOf(json.source, "/tables/0/describe/0")).toBe("s.json, line 9");
    const aliased = readStudy(STUDY.replace("- {}", "- &first { seed: 3 }\n      - *first"), "study.yaml");
    expect(placeOf(aliased.source, "/tables/0/columns/1/seed")).toBe("study.yaml, line 17");
    expect(aliased.tables).toMatchObject([{ specifications: [{ seed: 3 }, { seed: 3 }, { seed: 42 }] }]);
  });
});

describe("what is read", () => {
  it("the same with a byte order mark, Windows line ends, and as JSON", () => {
    const plain = JSON.stringify(readStudy(STUDY, "study.yaml").tables);
    const json = JSON.stringify(parse(STUDY));
    for (const text of [`\ufeff${STUDY}`, STUDY.replaceAll("\n", "\r\n"), json, JSON.stringify(parse(STUDY), null, "\t")]) {
      expect(JSON.stringify(readStudy(text, "study.yaml").tables)).toBe(plain);
    }
  });

  it("keys such as `constructor` are like any other", () => {
    const key = messageOf(() => readStudy(STUDY.replace("outcome: y", "constructor: y"), "s"));
    expect(key).toContain("`constructor` is not an option of `base`");
    expect(messageOf(() => readStudy(STUDY.replace("l: ols", "l: toString"), "s"))).toContain("`learner.l` cannot be `toString`");
    expect(readStudy(`labels: { constructor: Builder }\n${STUDY}`, "s").labels["constructor"]).toBe("Builder");
  });

  it("a circle of aliases is refused, not followed", () => {
    expect(messageOf(() => readStudy("data: &a { file: *a }\ntables: []\n", "s.yaml"))).toMatch(/^s\.yaml/);
  });
});

describe("messages", () => {
  it("say the deepest mistake, and the value as far as it suits", () => {
    const long = messageOf(() => readStudy(STUDY.replace("trees: 5", `trees: "${"9".repeat(500)}"`), "s.yaml"));
    expect(long).toMatch(/^s\.yaml, line 11: `learner\.m\.rf\.trees` must be a whole number, not "9{50,60}\.{3}"?\. /);
  });

  it("tell an empty mapping from a missing one", () => {
    expect(messageOf(() => readStudy(STUDY.replace("rf: { trees: 5 }", "rf:"), "s.yaml"))).toContain("line 11: `learner.m.rf` is empty, and must be a mapping (key: value). Write `{}`");
    expect(messageOf(() => readStudy(STUDY.replace("rf: { trees: 5 }", "rf: 5"), "s.yaml"))).toContain("`learner.m.rf` must be a mapping (key: value), not 5.");
  });

  it("name all that may stand where a word does not", () => {
    expect(messageOf(() => readStudy(STUDY.replace("{ trees: 5 }", "{ maxFeatures: auto }"), "s"))).toContain("`learner.m.rf.maxFeatures` cannot be `auto`. Known: `all`, `sqrt`, `log2`, `one`. It may also be a number.");
    expect(messageOf(() => readStudy(STUDY.replace("{ trees: 5 }", "{ maxFeatures: 0 }"), "s"))).toContain("`learner.m.rf.maxFeatures` must be above 0, not 0.");
  });
});

describe("columns against the data", () => {
  const panel = readCsv("firm,y,d,x,a*b,zone\n1,1,2,3,4,n\n2,2,1,3,4,s\n", "panel.csv", {});
  const check = (text: string): string => messageOf(() => checkColumns(readStudy(text, "study.yaml"), panel));

  it("passes a study that fits", () => {
    expect(() => checkColumns(readStudy(STUDY, "study.yaml"), panel)).not.toThrow();
  });

  it("a name with a star is a column before it is a product", () => {
    const ok = STUDY.replace("degree: 2", "degree: 2, fixedEffects: [a*b, zone * firm]");
    expect(() => checkColumns(readStudy(ok, "study.yaml"), panel)).not.toThrow();
    expect(check(STUDY.replace("degree: 2", "degree: 2, fixedEffects: [a##t]"))).toContain("`a##t` is not known. Write two effects: `a` for its levels and `a#t` for a slope of each on t.");
    expect(check(STUDY.replace("degree: 2", "degree: 2, fixedEffects: [zone*c]"))).toContain("line 14, `fixedEffects`: panel.csv has no column `c`");
  });

  it("points to the column's own line before the base", () => {
    expect(check(STUDY.replace("[x]", "[zz]"))).toMatch(/^study\.yaml, line 17, `controls`: panel\.csv has no column `zz`/);
    expect(check(STUDY.replace("d > 0", "zone > 0"))).toMatch(/^study\.yaml, line 18, `where`: In `zone > 0`, the text column `zone`/);
  });
});

describe("what was probably meant", () => {
  it.each([
    ["tabels", ["labels", "tables"], "tables"], ["yaer", ["firm", "year"], "year"], ["K", ["k", "by"], "k"], ["treatmet", ["treatment"], "treatment"],
    ["id", ["nr", "year"], undefined], ["~", [",", ";"], undefined], ["地去", ["地区", "城市"], "地区"], ["dose", ["one", "d"], undefined],
  ])("%s of %j: %s", (word, candidates, meant) => {
    expect(nearest(word, candidates)).toBe(meant);
  });

  it("else a list of what there is, of thirty at most", () => {
    const many = Array.from({ length: 40 }, (_, i) => `c${i}`);
    expect(suggestion("zzzzzz", many)).toMatch(/^Known: `c0`, .*`c29` and 10 more\.$/);
  });
});
