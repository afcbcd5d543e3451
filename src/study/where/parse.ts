import type { Arithmetic, Comparison, Expression } from "./ast.js";
import { lex, mistake, type Token } from "./lex.js";

/** More would strain the stack of whoever walks the tree: parentheses, `-` and `!` inside each other, ... */
const MOST_NESTED = 200;
/** ... and sums and products in all. */
const MOST_ARITHMETIC = 1000;

const OPERAND = "a name, a number or a text in quotes";
const COMPARISONS: readonly Comparison[] = ["<", "<=", ">", ">=", "==", "!="];
const SUMS: readonly Arithmetic[] = ["+", "-"];
const PRODUCTS: readonly Arithmetic[] = ["*", "/", "%"];

/** The frozen syntax tree of `text`; an `InputError` with column and caret where it is no expression. */
export function parseExpression(text: string): Expression {
  return new Parser(text).parse();
}

/** Recursive descent: one method a level of precedence, loosest first. */
class Parser {
  readonly #text: string;
  readonly #tokens: readonly Token[];
  #next = 0;
  #depth = 0;
  #arithmetic = 0;

  constructor(text: string) {
    this.#text = text;
    this.#tokens = lex(text);
  }

  parse(): Expression {
    if (this.#ended()) throw this.#mistake("The expression is empty.");
    const expression = this.#or();
    if (this.#ended()) return expression;
    if (this.#is(")")) throw this.#mistake("This `)` closes nothing.");
    throw this.#mistake(`An operator is missing before \`${this.#token.source}\`.`);
  }

  #or(): Expression {
    return this.#joined("or", "|", () => this.#and());
  }

  #and(): Expression {
    return this.#joined("and", "&", () => this.#not());
  }

  #joined(kind: "and" | "or", symbol: string, operand: () => Expression): Expression {
    const first = operand();
    if (!this.#is(symbol)) return first;
    const operands = [first];
    while (this.#take(symbol)) operands.push(operand());
    return Object.freeze({ kind, operands: Object.freeze(operands) });
  }

  #not(): Expression {
    if (!this.#is("!")) return this.#comparison();
    return this.#nested(() => not(this.#not()));
  }

  #comparison(): Expression {
    const first = this.#sum();
    const membership = this.#membership(first);
    if (membership !== undefined) return membership;
    const operands = [first];
    const operators: Comparison[] = [];
    for (let operator = this.#takeOne(COMPARISONS); operator !== undefined; operator = this.#takeOne(COMPARISONS)) {
      operators.push(operator);
      operands.push(this.#sum());
    }
    if (operators.length === 0) return first;
    this.#refuseMore(["in", "!"]);
    return Object.freeze({ kind: "compare", operators: Object.freeze(operators), operands: Object.freeze(operands) });
  }

  #membership(operand: Expression): Expression | undefined {
    const following = this.#tokens[this.#next + 1];
    const negated = this.#is("!") && following?.kind === "symbol" && following.value === "in";
    if (negated) this.#next++;
    if (!this.#take("in")) return undefined;
    const found: Expression = Object.freeze({ kind: "in", operand, items: this.#items() });
    this.#refuseMore([...COMPARISONS, "in", "!"]);
    return negated ? not(found) : found;
  }

  #items(): readonly (number | string)[] {
    if (!this.#take("[")) throw this.#mistake("`in` wants a list in brackets, as in `year in [2012, 2013]`.");
    if (this.#is("]")) throw this.#mistake("The list is empty, so no row can be in it.");
    const items = [this.#item()];
    while (this.#take(",")) items.push(this.#item());
    if (!this.#take("]")) throw this.#mistake("The list goes on with `,` or ends with `]`.");
    return Object.freeze(items);
  }

  #item(): number | string {
    const negative = this.#take("-");
    const token = this.#token;
    if (token.kind === "number") {
      this.#next++;
      return negative && token.value !== 0 ? -token.value : token.value;
    }
    if (token.kind === "text" && !negative) {
      this.#next++;
      return token.value;
    }
    const mend = token.kind === "name" ? `. Text stands in quotes: \`${JSON.stringify(token.value)}\`.` : " only.";
    throw this.#mistake(`A list holds numbers and texts${mend}`);
  }

  #sum(): Expression {
    return this.#leftToRight(SUMS, () => this.#product());
  }

  #product(): Expression {
    return this.#leftToRight(PRODUCTS, () => this.#negation());
  }

  #leftToRight(operators: readonly Arithmetic[], operand: () => Expression): Expression {
    let left = operand();
    for (let operator = this.#takeOne(operators); operator !== undefined; operator = this.#takeOne(operators)) {
      if (++this.#arithmetic > MOST_ARITHMETIC) throw this.#mistake(`More than ${MOST_ARITHMETIC} sums and products.`);
      left = Object.freeze({ kind: "arithmetic", operator, left, right: operand() });
    }
    return left;
  }

  #negation(): Expression {
    if (!this.#is("-")) return this.#primary();
    return this.#nested(() => Object.freeze({ kind: "negate", operand: this.#negation() }));
  }

  #primary(): Expression {
    const token = this.#token;
    if (this.#is("(")) return this.#nested(() => this.#parenthesised(token));
    const truth = this.#takeOne(["true", "false"]);
    if (truth !== undefined) return Object.freeze({ kind: "truth", value: truth === "true" });
    if (token.kind === "end") throw this.#mistake(`The expression stops where ${OPERAND} is wanted.`);
    if (token.kind === "symbol") {
      const mend = token.value === "!" ? " Put the `!` and what it denies in parentheses." : "";
      throw this.#mistake(`\`${token.source}\` stands where ${OPERAND} is wanted.${mend}`);
    }
    this.#next++;
    if (token.kind === "number") return Object.freeze({ kind: "number", value: token.value });
    if (token.kind === "text") return Object.freeze({ kind: "text", value: token.value });
    if (!this.#is("(")) return Object.freeze({ kind: "name", name: token.value });
    const message = `\`${token.value}\` is called like a function, and there are none here. Derive a column and name it.`;
    throw mistake(this.#text, token.at, message);
  }

  #parenthesised(open: Token): Expression {
    const inner = this.#or();
    if (this.#take(")")) return inner;
    if (this.#ended()) throw mistake(this.#text, open.at, "This `(` is never closed.");
    throw this.#mistake(`An operator or \`)\` is missing before \`${this.#token.source}\`.`);
  }

  /** Takes the token that opens a nested expression, then reads that. */
  #nested(inner: () => Expression): Expression {
    if (++this.#depth > MOST_NESTED) throw this.#mistake(`Nested more than ${MOST_NESTED} deep.`);
    this.#next++;
    const expression = inner();
    this.#depth--;
    return expression;
  }

  #refuseMore(symbols: readonly string[]): void {
    if (!symbols.some((symbol) => this.#is(symbol))) return;
    const mend = "Put what stands before it in parentheses, or join the two with `&`.";
    throw this.#mistake(`\`${this.#token.source}\` cannot follow here. ${mend}`);
  }

  get #token(): Token {
    return this.#tokens[this.#next] as Token;
  }

  #ended(): boolean {
    return this.#token.kind === "end";
  }

  #is(symbol: string): boolean {
    return this.#token.kind === "symbol" && this.#token.value === symbol;
  }

  #take(symbol: string): boolean {
    return this.#takeOne([symbol]) !== undefined;
  }

  #takeOne<S extends string>(symbols: readonly S[]): S | undefined {
    const taken = symbols.find((symbol) => this.#is(symbol));
    if (taken !== undefined) this.#next++;
    return taken;
  }

  #mistake(message: string): Error {
    return mistake(this.#text, this.#token.at, message);
  }
}

function not(operand: Expression): Expression {
  return Object.freeze({ kind: "not", operand });
}
