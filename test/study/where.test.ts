import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { InputError } from "../../src/errors.js";
import type { Column, Panel } from "../../src/panel/panel.js";
import {
  columnsOf,
  evaluateMask,
  evaluateNumber,
  parseExpression,
  printExpression,
  type Arithmetic,
  type Comparison,
  type Expression,
} from "../../src/study/where.js";
import { messageOf } from "../helpers/errors.js";

type Cell = number | string | null;

/** A column of text where any cell is text, else of numbers. */
function column(name: string, cells: readonly Cell[]): Column {
  const firstText = cells.findIndex((cell) => typeof cell === "string");
  if (firstText < 0) return { kind: "number", name, values: Float64Array.from(cells, (cell) => (cell === null ? NaN : Number(cell))) };
  const levels = [...new Set(cells.filter((cell) => cell !== null).map(String))];
  const codes = Int32Array.from(cells, (cell) => (cell === null ? -1 : levels.indexOf(String(cell))));
  return { kind: "text", name, codes, levels, firstText };
}

function panelOf(data: { readonly [name: string]: readonly Cell[] }): Panel {
  const rows = Object.values(data)[0]?.length ?? 0;
  const columns = new Map(Object.entries(data).map(([name, cells]) => [name, column(name, cells)]));
  return { source: "city.csv", rows, columns, lines: Int32Array.from({ length: rows }, (_, i) => i + 2) };
}

const DATA = {
  year: [2011, 2012, 2017, 2022, 2023, null],
  x: [0, 1, 2, -3, null, 5.5],
  y: [2, 1, null, 0, 4, -1],
  municipality: [0, 1, 0, 1, 0, 0],
  zone: ["east", "west", "middle", "east", null, "east"],
  seat: ["east", "north", null, "west", "west", "east"],
  省份: ["北京", "上海", "北京", "四川", null, "四川"],
  "GDP per head": [1, 2, 3, 4, 5, 6],
  "PM2.5": [10, 20, 30, 40, 50, 60],
} as const;
const PANEL = panelOf(DATA);

const chosen = (text: string): string => evaluateMask(parseExpression(text), PANEL).join("");
const numbers = (text: string): number[] => [...evaluateNumber(parseExpression(text), PANEL)];
const canonical = (text: string): string => printExpression(parseExpression(text));

const parseError = (text: string): string => messageOf(() => parseExpression(text));
const maskError = (text: string): string => messageOf(() => chosen(text));

describe("parsing", () => {
  it.each([
    ["a==1|b==2&c==3", "a == 1 | b == 2 & c == 3"],
    ["(a == 1 | b == 2) & c == 3", "(a == 1 | b == 2) & c == 3"],
    ["(a == 1) | ((b == 2) & (c == 3))", "a == 1 | b == 2 & c == 3"],
    ["!a > 1 & b > 1", "!(a > 1) & b > 1"],
    ["not (a > 1 or b > 1) and c > 1", "!(a > 1 | b > 1) & c > 1"],
    ["!!a > 1", "!!(a > 1)"],
    ["a + b * c > -d % 2 - 1", "a + b * c > -d % 2 - 1"],
    ["(a + b) * c == a - (b - c) - d", "(a + b) * c == a - (b - c) - d"],
    ["(a - b) - c == a / (b * c)", "a - b - c == a / (b * c)"],
    ["-(-a) == -(a * b)", "--a == -(a * b)"],
    ["(a > 1) == (b > 1)", "(a > 1) == (b > 1)"],
    ["2012<=year<=2022", "2012 <= year <= 2022"],
    ["(2012 <= year) <= 2022", "(2012 <= year) <= 2022"],
    ["a in[1,-2,1e3]", "a in [1, -2, 1000]"],
    ["a not in ['x', \"y\"] & b > 1", "a not in [\"x\", \"y\"] & b > 1"],
    ["!(a in [1])", "a not in [1]"],
    ["not not a in [1]", "!(a not in [1])"],
    ["(a not in [1]) == true", "(a not in [1]) == true"],
    ["1.50 + .5 + 1E-7 + 1e21 + 5. > 0", "1.5 + 0.5 + 1e-7 + 1e+21 + 5 > 0"],
    ["`GDP per head` > `year`", "`GDP per head` > year"],
    ["`in` > 1 & `a``b` > 1 & `2020` > 1", "`in` > 1 & `a``b` > 1 & `2020` > 1"],
    ["省份 == '北京' & PM2.5 > 35 & _a.b_1 > 0", "省份 == \"北京\" & PM2.5 > 35 & _a.b_1 > 0"],
    ["z == 'it\\'s \"so\"\\n\\u4e2d\\\\'", "z == \"it's \\\"so\\\"\\n中\\\\\""],
    ["a ==\n\t1", "a == 1"],
  ])("%s", (text, printed) => {
    expect(canonical(text)).toBe(printed);
    expect(parseExpression(printed)).toEqual(parseExpression(text));
  });

  it("gives a frozen tree", () => {
    const frozen = (value: unknown): boolean =>
      typeof value !== "object" || value === null || (Object.isFrozen(value) && Object.values(value).every(frozen));
    expect(frozen(parseExpression("!(-a + 1 < b < 2) & c not in [1, 'x'] | true"))).toBe(true);
  });

  it("lists columns once, in order of appearance", () => {
    expect(columnsOf(parseExpression("!(-b < a + `c d` < b) | zone in ['e'] & a == 1 & true"))).toEqual(["b", "a", "c d", "zone"]);
  });
});

describe("mistakes in the text", () => {
  it.each([
    ["", 1, "The expression is empty."],
    ["zone = 'east'", 6, "`=` has no meaning. Nothing can be assigned here; a comparison is `==`."],
    ["x := 3", 3, "`:=` has no meaning. Nothing can be assigned here; a comparison is `==`."],
    ["x += 3", 3, "`+=` has no meaning. Nothing can be assigned here; a comparison is `==`."],
    ["x ** 2 > 1", 3, "`**` has no meaning. There are no powers here; multiply, as in `x * x`."],
    ["x^2 > 1", 2, "`^` has no meaning. There are no powers here; multiply, as in `x * x`."],
    ["x > 1 && y > 1", 7, "`&&` has no meaning. Write `&`."],
    ["x > 1 || y > 1", 7, "`||` has no meaning. Write `|`."],
    ["x === 1", 3, "`===` has no meaning. Write `==`."],
    ["x <> 1", 3, "`<>` has no meaning. Write `!=`."],
    ["x ≤ 1", 3, "`≤` has no meaning. Write `<=`."],
    ["x < .", 5, "`.` has no meaning. A comparison with a missing value chooses no row"],
    ["省份 == “北京”", 7, "Text stands in straight quotes"],
    ["（x > 1)", 1, "`（` is a full-width character. Write `(`."],
    ["x > $1", 5, "`$` has no meaning. A name that holds it stands in backticks."],
    ["log(x) > 1", 1, "`log` is called like a function, and there are none here. Derive a column and name it."],
    ["2020gdp > 1", 1, "`2020gdp` is no number. A name that begins with a digit stands in backticks."],
    ["x > 1e999", 5, "`1e999` is larger than any number here."],
    ["zone == 'east", 9, "The text is never closed: a `'` is missing."],
    ["`a > 1", 1, "The backtick is never closed, or the name in it is empty."],
    ["zone == 'a\\q'", 11, "`\\q` is no escape. A backslash is written `\\\\`."],
    ["x >", 4, "The expression stops where a name, a number or a text in quotes is wanted."],
    ["x > > 1", 5, "`>` stands where a name, a number or a text in quotes is wanted."],
    ["x == !y", 6, "Put the `!` and what it denies in parentheses."],
    ["x > 1 y > 2", 7, "An operator is missing before `y`."],
    ["x > 1)", 6, "This `)` closes nothing."],
    ["x > 1 & (y > 2", 9, "This `(` is never closed."],
    ["(x > 1 y", 8, "An operator or `)` is missing before `y`."],
    ["x in 1", 6, "`in` wants a list in brackets, as in `year in [2012, 2013]`."],
    ["x in []", 7, "The list is empty, so no row can be in it."],
    ["x in [1 2]", 9, "The list goes on with `,` or ends with `]`."],
    ["zone in [east]", 10, "A list holds numbers and texts. Text stands in quotes: `\"east\"`."],
    ["x in [1,]", 9, "A list holds numbers and texts only."],
    ["x in [1] == true", 10, "`==` cannot follow here. Put what stands before it in parentheses, or join the two with `&`."],
    ["1 < x not in [2]", 7, "`not` cannot follow here."],
  ])("%s", (text, at, message) => {
    const found = parseError(text);
    expect(found).toMatch(new RegExp(`^expression, column ${at}: `));
    expect(found).toContain(message);
  });

  it("refuses what would strain the stack", () => {
    expect(parseError("(".repeat(300))).toMatch(/^expression, column 201: Nested more than 200 deep\./);
    expect(parseError(`x${" + x".repeat(2000)} > 1`)).toMatch(/^expression, column 4005: More than 1000 sums and products\./);
  });

  it("shows the place with a caret, also behind wide characters and in a long text", () => {
    expect(parseError("zone = 1").split("\n").slice(1)).toEqual(["  zone = 1", "       ^"]);
    expect(parseError("省份 = 1").split("\n").slice(1)).toEqual(["  省份 = 1", "  \u3000\u3000 ^"]);
    const [, line, caret] = parseError(`x in [${"1000, ".repeat(200)}] & y > 1`).split("\n");
    expect(line?.length).toBeLessThan(110);
    expect(line?.[caret?.indexOf("^") ?? 0]).toBe("]");
  });
});

describe("evaluation", () => {
  it.each([
    ["2012 <= year <= 2022", "011100"],
    ["2012 <= year & year <= 2022", "011100"],
    ["year in [2011, 2022, 2022]", "100100"],
    ["year not in [2011, 2022]", "011010"],
    ["x in [-0, -3]", "100100"],
    ["municipality == 0", "101011"],
    ["zone == 'east'", "100101"],
    ["'east' != zone", "011000"],
    ["zone == 'nowhere' | zone != 'elsewhere'", "111101"],
    ["zone in ['east', 'middle', 'nowhere']", "101101"],
    ["zone not in ['east']", "011000"],
    ["zone == seat", "100001"],
    ["zone != seat", "010100"],
    ["zone < seat", "000100"],
    ["'f' <= zone", "011000"],
    ["省份 == '北京' & PM2.5 > 15", "001000"],
    ["`GDP per head` % 2 == 0", "010101"],
    ["x + y == 2", "110000"],
    ["x * 2 > y", "010001"],
    ["-x % 2 == 1", "000100"],
    ["true", "111111"],
    ["(x > 0) == (y > 0)", "010100"],
    ["(x > 0) + (y > 0) == 2", "010000"],
    ["municipality == true", "010100"],
  ])("%s", (text, mask) => {
    expect(chosen(text)).toBe(mask);
  });

  it("leaves a missing value unknown, whatever is asked of it", () => {
    expect(chosen("x > 1")).toBe("001001");
    expect(chosen("!(x > 1)")).toBe("110100");
    expect(chosen("x == x")).toBe("111101");
    expect(chosen("x != x")).toBe("000000");
    expect(chosen("zone == zone")).toBe("111101");
    expect(chosen("x > 1 | true")).toBe("111111");
    expect(chosen("!(x > 1 & false)")).toBe("111111");
    expect(chosen("x > 1 | municipality == 0")).toBe("101011");
    expect(chosen("!(x not in [1])")).toBe("010000");
    expect(chosen("(x > 1) == (x > 1)")).toBe("111101");
  });

  it("computes columns", () => {
    expect(numbers("x + y")).toEqual([2, 2, NaN, -3, NaN, 4.5]);
    expect(numbers("1 / x")).toEqual([NaN, 1, 0.5, 1 / -3, NaN, 1 / 5.5]);
    expect(numbers("x % 2")).toEqual([0, 1, 0, -1, NaN, 1.5]);
    expect(numbers("x % 0")).toEqual(Array(6).fill(NaN));
    expect(numbers("1e308 * 10 - 1e308 * 10")).toEqual(Array(6).fill(NaN));
    expect(numbers("-municipality")).toEqual([0, -1, 0, -1, 0, 0]);
    expect(numbers("0 * -1")).toEqual(Array(6).fill(0));
    expect(numbers("7")).toEqual(Array(6).fill(7));
    expect(numbers("x * (year >= 2017)")).toEqual([0, 0, 2, -3, NaN, NaN]);
    expect(numbers("x > 1")).toEqual([0, 0, 1, 0, NaN, 1]);
  });

  it("hands out no column of the panel itself", () => {
    const values = PANEL.columns.get("municipality");
    evaluateNumber(parseExpression("municipality"), PANEL).fill(9);
    expect(values?.kind === "number" && [...values.values]).toEqual([...DATA.municipality]);
  });

  it("is at home in an empty panel and in a long text", () => {
    expect(evaluateMask(parseExpression("x > 1 & x < y"), panelOf({ x: [], y: [] })).length).toBe(0);
    expect(chosen(Array(20_000).fill("year == 2012").join(" | "))).toBe("010000");
    expect(chosen(`year in [${Array(20_000).fill("2012").join(",")}]`)).toBe("010000");
    expect(chosen(`x${" + x".repeat(1000)} > 0`)).toBe("011001");
    expect(chosen(`${"!".repeat(199)}(x > 0)`)).toBe("100100");
  });
});

describe("mistakes against the panel", () => {
  it.each([
    ["yaer > 1", "city.csv has no column `yaer`. Did you mean `year`?"],
    ["zone == east", "city.csv has no column `east`. `zone` has a text of that name: write `\"east\"`."],
    [
      "x > 0 & zone > 5",
      "In `zone > 5`, the text column `zone` is compared with the number `5`. Compare text with text. "
        + "Text stands in quotes: `\"5\"`. `zone` is text because of `east` in city.csv, line 2.",
    ],
    ["zone == true", "the text column `zone` is compared with the condition `true`. Compare text with text. Text stands in quotes: `\"true\"`."],
    ["x < zone", "the number column `x` is compared with the text column `zone`. Compare text with text. `zone` is text"],
    ["1 < zone < 2", "In `1 < zone < 2`, the number `1` is compared with the text column `zone`."],
    ["year == '2012'", "In `year == \"2012\"`, the number column `year` is compared with the text `\"2012\"`. Write `2012` without quotes."],
    ["x + 1 == 'a'", "the number `x + 1` is compared with the text `\"a\"`. Compare a number with a number."],
    ["zone in ['east', 5]", "In `zone in [\"east\", 5]`, the text column `zone` is compared with the number `5`."],
    ["year in [2012, '2013']", "the number column `year` is compared with the text `\"2013\"`. Write `2013` without quotes."],
    ["zone + 1 > 2", "A number is wanted where the text column `zone` stands. `zone` is text because of `east` in city.csv, line 2."],
    ["-'a' > 2", "A number is wanted where the text `\"a\"` stands."],
    ["municipality", "A condition is wanted where the number column `municipality` stands. Compare it, as in `municipality == 0`."],
    ["!municipality", "A condition is wanted where the number column `municipality` stands."],
    ["x > 1 & zone", "A condition is wanted where the text column `zone` stands. Compare it, as in `zone == \"east\"`."],
    ["x > 1 | 2", "A condition is wanted where the number `2` stands."],
    ["x + 1", "A condition is wanted where the number `x + 1` stands. Compare it, as in `x + 1 == 0`."],
  ])("%s", (text, message) => {
    expect(maskError(text)).toContain(message);
  });

  it("names the text where a number column is derived from it", () => {
    expect(messageOf(() => numbers("zone"))).toContain("A number is wanted where the text column `zone` stands.");
  });

  it("keeps a long expression out of its message", () => {
    expect(maskError(`zone in [${Array(500).fill("5").join(",")}]`).length).toBeLessThan(350);
  });
});

/* Random expressions of a wanted type over PANEL, and a naive interpreter of one row. */

type Types = { number: Expression; text: Expression; truth: Expression };

const nameFrom = (...names: string[]): fc.Arbitrary<Expression> => fc.constantFrom(...names).map((name) => ({ kind: "name", name }));
const positive = fc.oneof(fc.nat(4), fc.double({ min: 0, noNaN: true, noDefaultInfinity: true })).map((value) => value + 0);
const someText = fc.oneof(fc.constantFrom("east", "west", "北京", "f"), fc.string({ unit: "binary" }));
const comparison = fc.constantFrom<Comparison>("<", "<=", ">", ">=", "==", "!=");
const signed = positive.chain((value) => fc.constantFrom(value, value === 0 ? 0 : -value));

function compareOf(operand: fc.Arbitrary<Expression>): fc.Arbitrary<Expression> {
  const chain = fc.integer({ min: 1, max: 3 }).chain((length) =>
    fc.record({
      operators: fc.array(comparison, { minLength: length, maxLength: length }),
      operands: fc.array(operand, { minLength: length + 1, maxLength: length + 1 }),
    }),
  );
  return chain.map((parts) => ({ kind: "compare", ...parts }));
}

function memberOf(operand: fc.Arbitrary<Expression>, item: fc.Arbitrary<number | string>): fc.Arbitrary<Expression> {
  const parts = fc.record({ operand, items: fc.array(item, { minLength: 1, maxLength: 4 }) });
  return parts.map((found) => ({ kind: "in", ...found }));
}

const random = fc.letrec<Types>((tie) => ({
  number: fc.oneof(
    { maxDepth: 5 },
    nameFrom("x", "y", "year", "GDP per head", "PM2.5"),
    positive.map((value): Expression => ({ kind: "number", value })),
    tie("number").map((operand): Expression => ({ kind: "negate", operand })),
    fc
      .record({ operator: fc.constantFrom<Arithmetic>("+", "-", "*", "/", "%"), left: tie("number"), right: tie("number") })
      .map((parts): Expression => ({ kind: "arithmetic", ...parts })),
    tie("truth"),
  ),
  text: fc.oneof(nameFrom("zone", "seat", "省份"), someText.map((value): Expression => ({ kind: "text", value }))),
  truth: fc.oneof(
    { maxDepth: 5 },
    compareOf(tie("text")),
    memberOf(tie("text"), someText),
    fc.boolean().map((value): Expression => ({ kind: "truth", value })),
    compareOf(tie("number")),
    memberOf(tie("number"), signed),
    tie("truth").map((operand): Expression => ({ kind: "not", operand })),
    fc
      .record({ kind: fc.constantFrom("and" as const, "or" as const), operands: fc.array(tie("truth"), { minLength: 2, maxLength: 3 }) })
      .map((parts): Expression => parts),
  ),
}));

type Scalar = number | string | boolean | null;

function naive(e: Expression, row: number): Scalar {
  switch (e.kind) {
    case "number":
    case "text":
    case "truth":
      return e.value;
    case "name":
      return (DATA as { readonly [name: string]: readonly Cell[] })[e.name]?.[row] ?? null;
    case "negate":
      return arithmetic("-", 0, naive(e.operand, row));
    case "arithmetic":
      return arithmetic(e.operator, naive(e.left, row), naive(e.right, row));
    case "compare":
      return e.operators
        .map((operator, i) => compare(operator, naive(e.operands[i]!, row), naive(e.operands[i + 1]!, row)))
        .reduce((a, b) => deny(either(deny(a), deny(b))));
    case "in":
      return e.items.map((item) => compare("==", naive(e.operand, row), item)).reduce(either);
    case "not":
      return deny(naive(e.operand, row));
    case "or":
      return e.operands.map((operand) => naive(operand, row)).reduce(either);
    case "and":
      return deny(e.operands.map((operand) => deny(naive(operand, row))).reduce(either));
  }
}

const deny = (a: Scalar): Scalar => (a === null ? null : !a);

function either(a: Scalar, b: Scalar): Scalar {
  if (a === true || b === true) return true;
  return a === null || b === null ? null : false;
}

function arithmetic(operator: Arithmetic, a: Scalar, b: Scalar): Scalar {
  if (a === null || b === null) return null;
  const [x, y] = [Number(a), Number(b)];
  const result = { "+": x + y, "-": x - y, "*": x * y, "/": x / y, "%": x % y }[operator];
  return Number.isFinite(result) ? result : null;
}

function compare(operator: Comparison, a: Scalar, b: Scalar): Scalar {
  if (a === null || b === null) return null;
  const [x, y] = typeof a === "string" ? [a, b] : [Number(a), Number(b)];
  return { "<": x < y, "<=": x <= y, ">": x > y, ">=": x >= y, "==": x === y, "!=": x !== y }[operator];
}

const ROWS = Array.from({ length: PANEL.rows }, (_, row) => row);
const anyName = fc.oneof(fc.string({ unit: "binary", minLength: 1 }), fc.constantFrom("not", "`", "a b", "1", ".", "ä1", "true"));

describe("random expressions", () => {
  it("print to a text that parses to the same", () => {
    fc.assert(
      fc.property(fc.oneof(random.truth, random.number, random.text), (expression) => {
        const text = printExpression(expression);
        expect(parseExpression(text)).toEqual(expression);
        expect(canonical(text)).toBe(text);
      }),
      { numRuns: 2000 },
    );
  });

  it("keep any name and any text", () => {
    fc.assert(
      fc.property(anyName, fc.string({ unit: "binary" }), (name, value) => {
        const operands: Expression[] = [{ kind: "name", name }, { kind: "text", value }];
        const expression: Expression = { kind: "compare", operators: ["=="], operands };
        expect(parseExpression(printExpression(expression))).toEqual(expression);
      }),
      { numRuns: 2000 },
    );
  });

  it("choose the rows that a naive interpreter chooses", () => {
    fc.assert(
      fc.property(random.truth, (expression) => {
        const expected = ROWS.map((row) => (naive(expression, row) === true ? 1 : 0));
        expect([...evaluateMask(expression, PANEL)]).toEqual(expected);
      }),
      { numRuns: 2000 },
    );
  });

  it("compute the numbers that a naive interpreter computes", () => {
    fc.assert(
      fc.property(random.number, (expression) => {
        const expected = ROWS.map((row) => Number(naive(expression, row) ?? NaN) + 0);
        expect([...evaluateNumber(expression, PANEL)]).toEqual(expected);
      }),
      { numRuns: 2000 },
    );
  });

  it("fail on any text only with an InputError", () => {
    const piece = fc.constantFrom("x", "zone", " ", "1", "'a'", "(", ")", "[", "]", ",", "!", "&", "|", "==", "<", "in", "not ", "-", "+", "*", "=", "`");
    fc.assert(
      fc.property(fc.oneof(fc.array(piece).map((pieces) => pieces.join("")), fc.string({ unit: "binary" })), (text) => {
        try {
          evaluateMask(parseExpression(text), PANEL);
        } catch (error) {
          expect(error).toBeInstanceOf(InputError);
        }
      }),
      { numRuns: 3000 },
    );
  });
});
