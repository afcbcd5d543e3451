/**
 * The `where` language of study files: `2012 <= year <= 2022 & zone in ["east", "middle"]`.
 * A text is parsed to plain data and evaluated a column at a time; it is never run as code.
 *
 * From loosest to tightest: `|` (or `or`); `&` (`and`); `!` (`not`); `< <= > >= == !=`, `in [...]`, `not in [...]`;
 * `+ -`; `* / %`; unary `-`; parentheses. Comparisons chain as in mathematics: `a <= b < c` is `a <= b & b < c`.
 * A condition counts as 1 or 0 where a number is wanted (`treated * (year >= 2015)`), never the other way round.
 * Texts compare by UTF-16 code unit, so that `date >= "2015-06"` works on ISO dates and `"10" < "9"`.
 * Text stands in single or double quotes, a name with other than letters, digits, `_` and `.` in backticks.
 *
 * Missing values follow Kleene's logic. A comparison with a missing value is unknown; so is a whole that hangs on it
 * (`unknown & false` is false, `unknown | true` is true). A row is chosen only where the whole is true:
 * neither `x > 1` nor `!(x > 1)` chooses a row whose x is missing, and `x == x` chooses the rows that have x.
 * Arithmetic with a missing value is missing, and so is a result that is not finite (`x / 0`).
 */
export type { Arithmetic, Comparison, Expression } from "./where/ast.js";
export { columnsOf } from "./where/ast.js";
export { evaluateMask, evaluateNumber } from "./where/evaluate.js";
export { parseExpression } from "./where/parse.js";
export { printExpression, printName } from "./where/print.js";
