import { columnsOf } from "../../study/where/ast.js";
import { type Expression, parseExpression } from "../../study/where.js";

/** How another language writes the expressions of `where`. */
export interface Dialect {
  readonly name: (name: string) => string;
  readonly text: (value: string) => string;
  readonly truth: (value: boolean) => string;
  readonly not: (operand: string) => string;
  readonly and: string;
  readonly or: string;
  readonly membership: (operand: string, items: readonly string[]) => string;
  /** The remainder with the sign of the left side. */
  readonly remainder: (left: string, right: string) => string;
  /** A row is chosen only where none of these columns is missing. */
  readonly present: (names: readonly string[]) => string;
}

/** A `where` in another language; every part in parentheses, so that no precedence matters. */
export function translated(where: string, dialect: Dialect): string {
  const expression = parseExpression(where);
  const present = dialect.present(columnsOf(expression).map(dialect.name));
  return present === "" ? print(expression, dialect) : `${print(expression, dialect)} ${dialect.and} ${present}`;
}

function print(e: Expression, dialect: Dialect): string {
  const part = (inner: Expression): string => print(inner, dialect);
  switch (e.kind) {
    case "number":
      return String(e.value);
    case "text":
      return dialect.text(e.value);
    case "truth":
      return dialect.truth(e.value);
    case "name":
      return dialect.name(e.name);
    case "negate":
      return `(-${part(e.operand)})`;
    case "arithmetic":
      return e.operator === "%" ? dialect.remainder(part(e.left), part(e.right)) : `(${part(e.left)} ${e.operator} ${part(e.right)})`;
    case "compare":
      return `(${e.operators.map((operator, i) => `(${part(e.operands[i] as Expression)} ${operator} ${part(e.operands[i + 1] as Expression)})`).join(` ${dialect.and} `)})`;
    case "in":
      return dialect.membership(part(e.operand), e.items.map((item) => (typeof item === "number" ? String(item) : dialect.text(item))));
    case "not":
      return dialect.not(part(e.operand));
    case "and":
    case "or":
      return `(${e.operands.map(part).join(` ${dialect[e.kind]} `)})`;
  }
}
