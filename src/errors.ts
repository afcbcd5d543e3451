/**
 * A mistake in what the user gave: data, study file or options.
 * Its message names the place (file, line, column or option), what is wrong, and how to mend it.
 * The command line prints it without a stack and exits with 2.
 */
export class InputError extends Error {
  override readonly name = "InputError";
}

/**
 * One specification that cannot be estimated. It becomes the `error` of its row; the rest goes on.
 */
export class EstimationError extends Error {
  override readonly name = "EstimationError";
  /** A stable, machine-readable word such as `no-rows` or `fewer-units-than-folds`. */
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** `a`, `b` and 3 more: a list short enough for a message. */
export function listed(names: readonly string[], most = 8): string {
  const shown = names.slice(0, most).map((name) => `\`${name}\``);
  const rest = names.length - shown.length;
  return rest > 0 ? `${shown.join(", ")} and ${rest} more` : shown.join(", ");
}

/** The candidate nearest to `word` by edit distance, if it is near enough to be what was meant; one with its first letter before others, and of up to three letters that one only. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const typed = word.toLowerCase();
  let best: string | undefined;
  let bestDistance = allowedDistance(word.length) + (word.length > 3 ? 0.6 : 0.4);
  for (const candidate of candidates) {
    const meant = candidate.toLowerCase();
    const distance = editDistance(typed, meant) + (typed[0] === meant[0] ? 0 : 0.5);
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/** A short word has many neighbours, and none of them need be meant. */
function allowedDistance(length: number): number {
  return length === 1 ? 0 : Math.max(1, Math.floor(length / 3));
}

/** " Did you mean `x`?" or a list of what there is. */
export function suggestion(word: string, candidates: readonly string[]): string {
  const near = nearest(word, candidates);
  return near === undefined ? `Known: ${listed(candidates, 30)}.` : `Did you mean \`${near}\`?`;
}

/** Letters to insert, drop, change, or swap with their neighbour, to make b of a. */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swap = swapped ? (before[j - 2] ?? 0) + 1 : Infinity;
      next.push(Math.min(change, swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    [before, row] = [row, next];
  }
  return row[b.length] ?? 0;
}
