import type { Group } from "./design.js";

/** Effects of the same groups: what each level has columns of. */
export interface Block {
  readonly group: Group;
  /** Whether each level has a constant. */
  readonly constant: boolean;
  /** Columns on which each level has a coefficient. */
  readonly slopes: readonly Float64Array[];
}

/**
 * Puts effects with equal codes together, in the order of first appearance; effects without slopes stay apart, so that
 * a plan without slopes is what it ever was. Cost: a comparison of codes for each pair.
 */
export function blocksOf(groups: readonly Group[]): readonly Block[] {
  const blocks: { group: Group; constant: boolean; slopes: Float64Array[] }[] = [];
  const sloped = groups.filter((group) => group.slope !== undefined);
  for (const group of groups) {
    const isShared = sloped.some((other) => other === group || sameCodes(other, group));
    const own = isShared ? blocks.find((block) => sameCodes(block.group, group)) : undefined;
    const slopes = group.slope === undefined ? [] : [group.slope];
    if (own === undefined) blocks.push({ group, constant: slopes.length === 0, slopes });
    else {
      own.constant ||= slopes.length === 0;
      own.slopes.push(...slopes);
    }
  }
  return blocks;
}

/** By block the number of its slopes and 1 where it has a constant, as the kernel reads them. */
export function shapesOf(blocks: readonly Block[]): Int32Array {
  return Int32Array.from(blocks.flatMap(({ slopes, constant }) => [slopes.length, constant ? 1 : 0]));
}

function sameCodes(a: Group, b: Group): boolean {
  return a.codes === b.codes || (a.levels === b.levels && a.codes.every((code, row) => code === b.codes[row]));
}
