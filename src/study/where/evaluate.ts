import { InputError, suggestion } from "../../errors.js";
import { place, type Panel, type TextColumn } from "../../panel/panel.js";
import type { Arithmetic, Comparison, Expression } from "./ast.js";
import { printExpression } from "./print.js";

/** Kleene's truth values, ordered so that `&` is the least, `|` the greatest and `!x` is 2 - x. */
const FALSE = 0;
const UNKNOWN = 1;
const TRUE = 2;

/** One number a row (`step` 1) or one for all rows (`step` 0). NaN is missing. */
interface Numbers {
  readonly kind: "number";
  readonly values: Float64Array;
  readonly step: 0 | 1;
}

/** Likewise with codes into `levels`; -1 is missing. */
interface Texts {
  readonly kind: "text";
  readonly codes: Int32Array;
  readonly levels: readonly string[];
  readonly step: 0 | 1;
}

/** One truth value a row. */
interface Truths {
  readonly kind: "truth";
  readonly values: Uint8Array;
}

type Value = Numbers | Texts | Truths;

/** A part of an expression and what it came to. */
interface Operand {
  readonly expression: Expression;
  readonly value: Value;
}

/** What a comparison gives where the left side is below, equal to and above the right. */
const OUTCOMES: { readonly [operator in Comparison]: readonly [below: number, equal: number, above: number] } = {
  "<": [TRUE, FALSE, FALSE],
  "<=": [TRUE, TRUE, FALSE],
  ">": [FALSE, FALSE, TRUE],
  ">=": [FALSE, TRUE, TRUE],
  "==": [FALSE, TRUE, FALSE],
  "!=": [TRUE, FALSE, TRUE],
};

const ARITHMETIC: { readonly [operator in Arithmetic]: (x: number, y: number) => number } = {
  "+": (x, y) => x + y,
  "-": (x, y) => x - y,
  "*": (x, y) => x * y,
  "/": (x, y) => x / y,
  "%": (x, y) => x % y,
};

/**
 * 1 for each row of `panel` where the expression is true, 0 where it is false or, for a missing value, unknown.
 * An `InputError` where a column is not in the panel, types do not fit, or the whole is not a condition.
 */
export function evaluateMask(expression: Expression, panel: Panel): Uint8Array {
  return new Evaluation(panel).truths(expression).map((truth) => (truth === TRUE ? 1 : 0));
}

/**
 * The expression as one number a row of `panel`, NaN where missing; a condition counts as 1, 0 or missing.
 * An `InputError` where a column is not in the panel, types do not fit, or the whole is text.
 */
export function evaluateNumber(expression: Expression, panel: Panel): Float64Array {
  const { values, step } = new Evaluation(panel).numbers(expression);
  const out = new Float64Array(panel.rows);
  for (let i = 0; i < out.length; i++) out[i] = (values[i * step] as number) + 0; // + 0 makes -0 plain
  return out;
}

/** Each method runs over whole columns. Numbers and text from the panel are used in place, never written to. */
class Evaluation {
  readonly #panel: Panel;
  constructor(panel: Panel) {
    this.#panel = panel;
  }

  /** Where a condition is wanted. */
  truths(e: Expression): Uint8Array {
    const operand = this.#operand(e);
    const { value } = operand;
    if (value.kind === "truth") return value.values;
    const example = value.kind === "text" ? JSON.stringify(value.levels[0] ?? "a") : "0";
    const mend = `Compare it, as in \`${shown(e)} == ${example}\`.`;
    throw new InputError(`A condition is wanted where ${describe(operand)} stands. ${mend}`);
  }

  /** Where a number is wanted. */
  numbers(e: Expression): Numbers {
    const operand = this.#operand(e);
    if (operand.value.kind !== "text") return toNumbers(operand.value);
    throw new InputError(`A number is wanted where ${describe(operand)} stands.${this.#firstText(e)}`);
  }

  #operand(expression: Expression): Operand {
    return { expression, value: this.#value(expression) };
  }

  #value(e: Expression): Value {
    switch (e.kind) {
      case "number":
        return { kind: "number", values: Float64Array.of(e.value), step: 0 };
      case "text":
        return { kind: "text", codes: Int32Array.of(0), levels: [e.value], step: 0 };
      case "truth":
        return this.#constant(e.value ? TRUE : FALSE);
      case "name":
        return this.#column(e.name);
      case "negate":
        return this.#arithmetic({ kind: "number", values: Float64Array.of(0), step: 0 }, "-", this.numbers(e.operand));
      case "arithmetic":
        return this.#arithmetic(this.numbers(e.left), e.operator, this.numbers(e.right));
      case "compare":
        return this.#compare(e);
      case "in":
        return this.#member(e);
      case "not":
        return { kind: "truth", values: this.truths(e.operand).map((truth) => TRUE - truth) };
      case "and":
      case "or":
        return this.#join(e);
    }
  }

  #constant(truth: number): Truths {
    return { kind: "truth", values: new Uint8Array(this.#panel.rows).fill(truth) };
  }

  #column(name: string): Value {
    const column = this.#panel.columns.get(name);
    if (column?.kind === "number") return { kind: "number", values: column.values, step: 1 };
    if (column?.kind === "text") return { kind: "text", codes: column.codes, levels: column.levels, step: 1 };
    const columns = [...this.#panel.columns.values()];
    const holder = columns.find((candidate) => candidate.kind === "text" && candidate.levels.includes(name));
    const mend = holder === undefined
      ? suggestion(name, [...this.#panel.columns.keys()])
      : `\`${holder.name}\` has a text of that name: write \`${JSON.stringify(name)}\`.`;
    throw new InputError(`${this.#panel.source} has no column \`${name}\`. ${mend}`);
  }

  #arithmetic(left: Numbers, operator: Arithmetic, right: Numbers): Numbers {
    const [a, b, compute] = [left.values, right.values, ARITHMETIC[operator]];
    const values = new Float64Array(this.#panel.rows);
    for (let i = 0; i < values.length; i++) {
      const result = compute(a[i * left.step] as number, b[i * right.step] as number);
      values[i] = Number.isFinite(result) ? result : NaN;
    }
    return { kind: "number", values, step: 1 };
  }

  #join(e: Expression & { kind: "and" | "or" }): Truths {
    const all = e.kind === "and";
    const joined = this.#constant(all ? TRUE : FALSE);
    for (const operand of e.operands) {
      const truths = this.truths(operand);
      if (all) keepLeast(joined.values, truths);
      else keepGreatest(joined.values, truths);
    }
    return joined;
  }

  #compare(e: Expression & { kind: "compare" }): Truths {
    const joined = this.#constant(TRUE);
    const operands = e.operands.map((operand) => this.#operand(operand));
    e.operators.forEach((operator, i) => {
      const [left, right] = this.#comparable(e, operands[i] as Operand, operands[i + 1] as Operand);
      narrow(joined.values, left, operator, right);
    });
    return joined;
  }

  #comparable(whole: Expression, a: Operand, b: Operand): readonly [Numbers, Numbers] {
    if (a.value.kind === "text" && b.value.kind === "text") return toRanks(a.value, b.value);
    if (a.value.kind !== "text" && b.value.kind !== "text") return [toNumbers(a.value), toNumbers(b.value)];
    throw this.#mismatch(whole, a, b);
  }

  /** Text is compared with a number or a condition: says which is which and how to mend it. */
  #mismatch(whole: Expression, a: Operand, b: Operand): InputError {
    const wrong = `In \`${shown(whole)}\`, ${describe(a)} is compared with ${describe(b)}.`;
    const [text, other] = a.value.kind === "text" ? [a.expression, b.expression] : [b.expression, a.expression];
    if (text.kind === "text") return new InputError(`${wrong} ${unquoted(text.value)}`);
    const constant = other.kind === "number" || other.kind === "truth";
    const quoted = constant ? ` Text stands in quotes: \`"${other.value}"\`.` : "";
    return new InputError(`${wrong} Compare text with text.${quoted}${this.#firstText(text)}`);
  }

  #member(e: Expression & { kind: "in" }): Truths {
    const operand = this.#operand(e.operand);
    const isText = operand.value.kind === "text";
    const stray = e.items.find((item) => (typeof item === "string") !== isText);
    if (stray !== undefined) throw this.#mismatch(e, operand, this.#operand(literal(stray)));
    const { values } = this.#constant(UNKNOWN);
    markMembers(values, operand.value, new Set(e.items));
    return { kind: "truth", values };
  }

  /** Where a column that was expected to hold numbers has its first text. */
  #firstText(e: Expression): string {
    const column = e.kind === "name" ? this.#panel.columns.get(e.name) : undefined;
    return column?.kind === "text" ? firstText(this.#panel, column) : "";
  }
}

/** Narrows `truths` to the least of itself and the comparison. */
function narrow(truths: Uint8Array, left: Numbers, operator: Comparison, right: Numbers): void {
  const [below, equal, above] = OUTCOMES[operator];
  const [a, b] = [left.values, right.values];
  for (let i = 0; i < truths.length; i++) {
    const x = a[i * left.step] as number;
    const y = b[i * right.step] as number;
    const truth = x < y ? below : x > y ? above : x === y ? equal : UNKNOWN;
    if (truth < (truths[i] as number)) truths[i] = truth;
  }
}

/** Marks in `truths`, all unknown, whether each value that is there is in `set`. */
function markMembers(truths: Uint8Array, value: Value, set: ReadonlySet<number | string>): void {
  if (value.kind === "text") {
    const { codes, levels, step } = value;
    const known = Uint8Array.from(levels, (level) => (set.has(level) ? TRUE : FALSE));
    for (let i = 0; i < truths.length; i++) {
      const code = codes[i * step] as number;
      if (code >= 0) truths[i] = known[code] as number;
    }
  } else {
    const { values, step } = toNumbers(value);
    for (let i = 0; i < truths.length; i++) {
      const x = values[i * step] as number;
      if (!Number.isNaN(x)) truths[i] = set.has(x) ? TRUE : FALSE;
    }
  }
}

function keepLeast(into: Uint8Array, from: Uint8Array): void {
  for (let i = 0; i < into.length; i++) if ((from[i] as number) < (into[i] as number)) into[i] = from[i] as number;
}

function keepGreatest(into: Uint8Array, from: Uint8Array): void {
  for (let i = 0; i < into.length; i++) if ((from[i] as number) > (into[i] as number)) into[i] = from[i] as number;
}

/** True is 1, false 0, unknown missing. */
function toNumbers(value: Numbers | Truths): Numbers {
  if (value.kind === "number") return value;
  const values = Float64Array.from(value.values, (truth) => (truth === UNKNOWN ? NaN : truth / TRUE));
  return { kind: "number", values, step: 1 };
}

/** Two text columns as numbers in the same order: that of their texts by UTF-16 code unit, alike on every host. */
function toRanks(left: Texts, right: Texts): readonly [Numbers, Numbers] {
  const rank = new Map([...new Set([...left.levels, ...right.levels])].sort().map((level, i) => [level, i]));
  const ranked = ({ codes, levels, step }: Texts): Numbers => {
    const ranks = Float64Array.from(levels, (level) => rank.get(level) as number);
    const values = new Float64Array(codes.length);
    for (let i = 0; i < codes.length; i++) {
      const code = codes[i] as number;
      values[i] = code < 0 ? NaN : (ranks[code] as number);
    }
    return { kind: "number", values, step };
  };
  return [ranked(left), ranked(right)];
}

/** The text column `zone`, the number `a + 1`: an operand in a message. */
function describe({ expression, value }: Operand): string {
  const kind = value.kind === "truth" ? "condition" : value.kind;
  return `the ${kind}${expression.kind === "name" ? " column" : ""} \`${shown(expression)}\``;
}

/** As much of an expression as suits a message. */
function shown(e: Expression): string {
  const characters = [...printExpression(e)];
  return characters.length > 80 ? `${characters.slice(0, 80).join("")}…` : characters.join("");
}

function literal(item: number | string): Expression {
  return typeof item === "number" ? { kind: "number", value: item } : { kind: "text", value: item };
}

function unquoted(text: string): string {
  const number = text.trim() === "" ? NaN : Number(text);
  return Number.isFinite(number) ? `Write \`${number}\` without quotes.` : "Compare a number with a number.";
}

function firstText(panel: Panel, column: TextColumn): string {
  const level = column.levels[column.codes[column.firstText] as number];
  if (level === undefined) return "";
  return ` \`${column.name}\` is text because of \`${level}\` in ${place(panel, column.firstText)}.`;
}
