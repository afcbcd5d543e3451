import type { Expression } from "./ast.js";
import { isPlainName } from "./lex.js";

const OR = 1;
const AND = 2;
const NOT = 3;
const COMPARE = 4;
const SUM = 5;
const PRODUCT = 6;
const NEGATE = 7;
const PRIMARY = 8;

/**
 * The canonical text of an expression: fixed spacing, parentheses only where needed (and around a comparison
 * after `!`, which other languages read otherwise). `parseExpression` of it gives an equal expression.
 */
export function printExpression(expression: Expression): string {
  return print(expression, OR);
}

/** `name`, in backticks where it would not be read as a name without. */
export function printName(name: string): string {
  return isPlainName(name) ? name : `\`${name.replaceAll("`", "``")}\``;
}

/** `e` as an operand of something as tight as `level`. */
function print(e: Expression, level: number): string {
  const own = levelOf(e);
  return own < level ? `(${bare(e, own)})` : bare(e, own);
}

function bare(e: Expression, own: number): string {
  switch (e.kind) {
    case "number":
    case "truth":
      return String(e.value);
    case "text":
      return JSON.stringify(e.value);
    case "name":
      return printName(e.name);
    case "negate":
      return `-${print(e.operand, NEGATE)}`;
    case "arithmetic":
      return `${print(e.left, own)} ${e.operator} ${print(e.right, own + 1)}`;
    case "compare":
      return e.operands.map((operand, i) => (i === 0 ? "" : ` ${e.operators[i - 1]} `) + print(operand, SUM)).join("");
    case "in":
      return membership(e, "in");
    case "not":
      if (e.operand.kind === "in") return membership(e.operand, "not in");
      return `!${print(e.operand, levelOf(e.operand) === NOT ? NOT : PRIMARY)}`;
    case "and":
    case "or":
      return e.operands.map((operand) => print(operand, own + 1)).join(e.kind === "and" ? " & " : " | ");
  }
}

function membership(e: Expression & { kind: "in" }, word: string): string {
  const items = e.items.map((item) => (typeof item === "number" ? String(item) : JSON.stringify(item)));
  return `${print(e.operand, SUM)} ${word} [${items.join(", ")}]`;
}

function levelOf(e: Expression): number {
  switch (e.kind) {
    case "or":
      return OR;
    case "and":
      return AND;
    case "not":
      return e.operand.kind === "in" ? COMPARE : NOT;
    case "compare":
    case "in":
      return COMPARE;
    case "arithmetic":
      return e.operator === "+" || e.operator === "-" ? SUM : PRODUCT;
    case "negate":
      return NEGATE;
    default:
      return PRIMARY;
  }
}
