/** `%` keeps the sign of the left side, as in C. */
export type Arithmetic = "+" | "-" | "*" | "/" | "%";

/** How two values are compared. */
export type Comparison = "<" | "<=" | ">" | ">=" | "==" | "!=";

/** A parsed expression: frozen plain data. `x not in [...]` is the `not` of an `in`. */
export type Expression =
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "text"; readonly value: string }
  | { readonly kind: "truth"; readonly value: boolean }
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "negate"; readonly operand: Expression }
  | { readonly kind: "arithmetic"; readonly operator: Arithmetic; readonly left: Expression; readonly right: Expression }
  /** `operators[i]` stands between `operands[i]` and `operands[i + 1]`. */
  | { readonly kind: "compare"; readonly operators: readonly Comparison[]; readonly operands: readonly Expression[] }
  | { readonly kind: "in"; readonly operand: Expression; readonly items: readonly (number | string)[] }
  | { readonly kind: "not"; readonly operand: Expression }
  | { readonly kind: "and" | "or"; readonly operands: readonly Expression[] };

/** The distinct column names of an expression, in order of appearance. */
export function columnsOf(expression: Expression): readonly string[] {
  const names = new Set<string>();
  const visit = (node: Expression): void => {
    if (node.kind === "name") names.add(node.name);
    else childrenOf(node).forEach(visit);
  };
  visit(expression);
  return [...names];
}

function childrenOf(node: Expression): readonly Expression[] {
  switch (node.kind) {
    case "negate":
    case "not":
    case "in":
      return [node.operand];
    case "arithmetic":
      return [node.left, node.right];
    case "compare":
    case "and":
    case "or":
      return node.operands;
    default:
      return [];
  }
}
