/** A factor: the columns of its options, which add up to one. */
export interface Block {
  readonly columns: readonly number[];
}

/** Sums over specifications. Each has as its first number the estimate, then the influence by cluster. */
export interface Sums {
  readonly specifications: number;
  readonly byOption: readonly Float64Array[];
  /** Specifications that have both options. */
  readonly pairs: readonly Float64Array[];
  readonly total: Float64Array;
  /** Sums of squares, not centred: of the estimates, and of all influence. */
  readonly squares: SquaresOf;
}

/** Of the estimates, and of what noise makes them on average. */
export interface SquaresOf {
  readonly data: number;
  readonly noise: number;
}

/** Factors that are taken apart at most: 2^12 sets of them. */
export const MOST_BLOCKS = 12;

/** What must be left of a column's variance once those before it are known, else it is one of their combinations. */
const DEPENDENT = 1e-9;

/**
 * Sums of squares about the mean by factor, the mean over all orders in which factors enter a regression of the
 * estimates on their options, and what is left. Sets of factors form a tree, each a Cholesky factor with one more block of rows.
 * Cost: 2^D times P / D rows of P (P + G) / 2 products.
 */
export function shapley(blocks: readonly Block[], sums: Sums): { readonly effects: readonly SquaresOf[]; readonly left: SquaresOf } {
  const size = blocks.length;
  const explained: SquaresOf[] = [];
  const visit = (mask: number, from: number, factor: Factor): void => {
    explained[mask] = { data: factor.data, noise: factor.noise };
    for (let j = from; j < size; j++) visit(mask | (1 << j), j + 1, extended(factor, blocks[j] as Block, sums));
  };
  visit(0, 0, { columns: [], rows: [], solved: [], data: 0, noise: 0 });
  const effects = blocks.map((_, j) => {
    const bit = 1 << j;
    let [data, noise] = [0, 0];
    explained.forEach((without, mask) => {
      if ((mask & bit) !== 0) return;
      const added = explained[mask | bit] as SquaresOf;
      const weight = orders(size, bitCount(mask));
      data += weight * (added.data - without.data);
      noise += weight * (added.noise - without.noise);
    });
    return { data, noise };
  });
  const all = explained.at(-1) as SquaresOf;
  const mean = sums.total.subarray(1).reduce((sum, value) => sum + value * value, 0);
  const n = Math.max(1, sums.specifications);
  return {
    effects,
    left: { data: Math.max(0, sums.squares.data - (sums.total[0] ?? NaN) * (sums.total[0] ?? NaN) / n - all.data), noise: Math.max(0, sums.squares.noise - mean / n - all.noise) },
  };
}

/** Share of orders in which just these `before` of the others stand before a factor: before! (size - 1 - before)! / size!. */
function orders(size: number, before: number): number {
  let share = 1 / size;
  for (let k = 1; k <= before; k++) share *= k / (size - k);
  return share;
}

function bitCount(mask: number): number {
  let count = 0;
  for (let rest = mask; rest !== 0; rest &= rest - 1) count++;
  return count;
}

/** Cholesky's factor of some columns' centred cross products, and the right-hand sides solved by it. */
interface Factor {
  readonly columns: readonly number[];
  readonly rows: readonly Float64Array[];
  readonly solved: readonly Float64Array[];
  readonly data: number;
  readonly noise: number;
}

function extended(factor: Factor, block: Block, { specifications, byOption, pairs, total }: Sums): Factor {
  const columns = [...factor.columns];
  const rows = [...factor.rows];
  const solved = [...factor.solved];
  let { data, noise } = factor;
  const count = (a: number): number => pairs[a]?.[a] ?? NaN;
  for (const a of block.columns.slice(1)) {
    const row = new Float64Array(columns.length + 1);
    const right = Float64Array.from(byOption[a] ?? total, (sum, j) => sum - count(a) * (total[j] ?? NaN) / specifications);
    const variance = count(a) - count(a) * count(a) / specifications;
    let rest = variance;
    for (let k = 0; k < rows.length; k++) {
      const other = rows[k] ?? row;
      const b = columns[k] ?? 0;
      let value = (pairs[a]?.[b] ?? NaN) - count(a) * count(b) / specifications;
      for (let m = 0; m < k; m++) value -= (row[m] ?? NaN) * (other[m] ?? NaN);
      row[k] = value /= other[k] ?? NaN;
      rest -= value * value;
      const before = solved[k] ?? right;
      for (let j = 0; j < right.length; j++) right[j] = (right[j] ?? NaN) - value * (before[j] ?? NaN);
    }
    if (!(rest > DEPENDENT * variance)) continue;
    const pivot = (row[rows.length] = Math.sqrt(rest));
    for (let j = 0; j < right.length; j++) right[j] = (right[j] ?? NaN) / pivot;
    columns.push(a);
    rows.push(row);
    solved.push(right);
    data += (right[0] ?? NaN) * (right[0] ?? NaN);
    for (let j = 1; j < right.length; j++) noise += (right[j] ?? NaN) * (right[j] ?? NaN);
  }
  return { columns, rows, solved, data, noise };
}
