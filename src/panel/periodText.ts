/** A way to write periods: what it looks like, and the number of the period. */
interface Writing {
  readonly pattern: RegExp;
  readonly number: (year: number, part: number, day: number) => number;
}

const DAY = 86_400_000;

/** 2009Q1, 2009 S2, 2009m3, 2009-03, 2009-03-01. Days of one and the same day of the month are months. */
const WRITINGS: readonly Writing[] = [
  { pattern: /^(\d{4})[-_ ]?[Qq]([1-4])$/, number: (year, quarter) => 4 * year + quarter },
  { pattern: /^(\d{4})[-_ ]?[HhSs]([12])$/, number: (year, half) => 2 * year + half },
  { pattern: /^(\d{4})[-_ ]?[Mm](0?[1-9]|1[0-2])$/, number: (year, month) => 12 * year + month },
  { pattern: /^(\d{4})[-/](0[1-9]|1[0-2])$/, number: (year, month) => 12 * year + month },
  { pattern: /^(\d{4})[-/](0[1-9]|1[0-2])[-/](01)$/, number: (year, month) => 12 * year + month },
  { pattern: /^(\d{4})[-/](0[1-9]|1[0-2])[-/](\d{2})$/, number: (year, month, day) => Date.UTC(year, month - 1, day) / DAY },
];

/**
 * Periods as numbers that rise with time, neighbours of one writing one apart: numbers as they are, and texts that are
 * all written in one of the ways above. Null where they are not, since the order of other texts is that of their letters.
 */
export function periodNumbers(labels: readonly string[]): readonly number[] | null {
  const plain = labels.map(Number);
  if (plain.every(Number.isFinite) && labels.every((label) => label.trim() !== "")) return plain;
  const writing = WRITINGS.find(({ pattern }) => labels.every((label) => pattern.test(label)));
  if (writing === undefined) return null;
  return labels.map((label) => {
    const [, year, part, day] = writing.pattern.exec(label) ?? [];
    return writing.number(Number(year), Number(part), Number(day));
  });
}
