import { EstimationError } from "../../errors.js";
import { streamOf } from "../../plan/keys.js";
import { clusterSums } from "../errors/sums.js";

/** What an influence is summed by: one code a row, and each code's label. A row that stands alone is labelled by its number in the file. */
export interface Way {
  readonly name: string;
  readonly codes: Int32Array;
  /** By code; every label has a row. */
  readonly labels: readonly (string | number)[];
}

/** An estimate as joint inference takes it. */
export interface JointMember {
  /** How it is called in tables and errors. */
  readonly name: string;
  /** As reported. */
  readonly coef: number;
  readonly se: number;
  readonly p: number;
  /** Degrees of freedom of the t that p rests on; Infinity: the normal. */
  readonly freedom: number;
  /** What its errors are clustered by: one way, or two; `rowWay` where they are not. */
  readonly ways: readonly Pick<Way, "name" | "labels">[];
  /** One at least. */
  readonly repetitions: readonly MemberRepetition[];
}

/** One repetition of cross-fitting of a member. */
export interface MemberRepetition {
  readonly coef: number;
  readonly se: number;
  /** Influence on the estimate summed by `influenceSums`. */
  readonly sums: Float64Array;
}

/** Several estimates over one list of clusters. */
export interface Joined {
  readonly names: readonly string[];
  /** Reported, by estimate. */
  readonly coefs: readonly number[];
  readonly ways: readonly string[];
  /** By way: its levels that some estimate has. */
  readonly levels: readonly number[];
  /** Two words for each of G clusters (the levels of all ways), the hash of its label; in the order of these hashes. */
  readonly labels: Uint32Array;
  readonly repetitions: readonly JoinedRepetition[];
}

/** Numbers by estimate of one repetition. */
export interface JoinedRepetition {
  readonly coefs: readonly number[];
  readonly ses: readonly number[];
  /** By estimate, by cluster: 0 where it has no row of the cluster. */
  readonly influence: readonly Float64Array[];
}

/** Errors that are not clustered: each row by itself. `rows`: 0-based row numbers of the file. Make it once a sample. */
export function rowWay(rows: Uint32Array): Way {
  return { name: "row of the file", codes: Int32Array.from(rows, (_, i) => i), labels: Array.from(rows) };
}

/**
 * Sums of an influence (by row) over the levels of each way, one way after another; all that joint inference keeps of it.
 * Two ways: a multiplier by level of either and their sum for a row makes the variance the sum of both ways', the
 * intersection not subtracted (Chiang, Kato, Ma and Sasaki 2022; Davezies, D'Haultfoeuille and Guyonvarch 2021).
 */
export function influenceSums(influence: Float64Array, ways: readonly Way[]): Float64Array {
  const sums = ways.map(({ codes, labels }) => clusterSums(influence, { codes, levels: labels.length }));
  return Float64Array.from(sums.flatMap((one) => [...one]));
}

/**
 * Brings estimates of one file to a common list of clusters: equal labels of equal ways are one cluster. The order is
 * that of the labels' hashes, so it depends neither on the order of rows nor on that of estimates.
 * Cost: a hash for each distinct label, then O(K G). Throws an EstimationError `clusters-differ` or `repetitions-differ`
 * that names the two estimates, `no-standard-error` that names one, and `no-estimates`.
 */
export function joinInfluence(members: readonly JointMember[]): Joined {
  const [first] = members;
  if (first === undefined) throw new EstimationError("no-estimates", "There is no estimate to be judged jointly.");
  for (const member of members) {
    checkNumbers(member);
    checkAlike(first, member);
  }
  const ways = waysOf(first);
  const clusters = ways.flatMap((way) => [...labelsOf(members, way)].map((label) => ({ way, label, words: wordsOf(way, label) })));
  clusters.sort((a, b) => a.words[1] - b.words[1] || a.words[0] - b.words[0]);
  const position = new Map(ways.map((way) => [way, new Map<string | number, number>()]));
  clusters.forEach(({ way, label }, g) => position.get(way)?.set(label, g));
  const places = placer(position);
  return {
    names: members.map((member) => member.name),
    coefs: members.map((member) => member.coef),
    ways,
    levels: ways.map((way) => position.get(way)?.size ?? 0),
    labels: Uint32Array.from(clusters.flatMap(({ words }) => words)),
    repetitions: first.repetitions.map((_, r) => joinRepetition(members, r, clusters.length, places)),
  };
}

function joinRepetition(members: readonly JointMember[], r: number, clusters: number, places: Placer): JoinedRepetition {
  const repetitions = members.map((member) => member.repetitions[r] as MemberRepetition);
  const influence = members.map((member, k) => {
    const out = new Float64Array(clusters);
    const at = member.ways.flatMap((way) => [places(way)]);
    let next = 0;
    for (const positions of at) for (const g of positions) out[g] = repetitions[k]?.sums[next++] ?? NaN;
    return out;
  });
  return { coefs: repetitions.map((one) => one.coef), ses: repetitions.map((one) => one.se), influence };
}

type Placer = (way: Pick<Way, "name" | "labels">) => Int32Array;

/** Where a way's labels stand in the common list. Estimates of one sample share the list of labels, which is looked up once. */
function placer(position: ReadonlyMap<string, ReadonlyMap<string | number, number>>): Placer {
  const known = new Map<readonly (string | number)[], Int32Array>();
  return ({ name, labels }) => {
    let at = known.get(labels);
    if (at === undefined) known.set(labels, (at = Int32Array.from(labels, (label) => position.get(name)?.get(label) ?? 0)));
    return at;
  };
}

function labelsOf(members: readonly JointMember[], name: string): ReadonlySet<string | number> {
  const lists = new Set(members.map(({ ways }) => ways.find((way) => way.name === name)?.labels ?? []));
  const labels = new Set<string | number>();
  for (const list of lists) for (const label of list) labels.add(label);
  return labels;
}

/** A row's number is its own hash. */
function wordsOf(way: string, label: string | number): readonly [number, number] {
  return typeof label === "number" ? [label, 0] : streamOf(way, label);
}

function waysOf({ ways }: JointMember): readonly string[] {
  return ways.map((way) => way.name).sort();
}

function checkNumbers({ name, repetitions }: JointMember): void {
  if (repetitions.every(({ coef, se }) => Number.isFinite(coef) && se > 0 && se < Infinity)) return;
  throw new EstimationError("no-standard-error", `\`${name}\` has no standard error, so it cannot be judged jointly with others. Leave it out.`);
}

function checkAlike(a: JointMember, b: JointMember): void {
  if (waysOf(a).join("\n") !== waysOf(b).join("\n")) {
    throw new EstimationError("clusters-differ", `The errors of \`${a.name}\` are clustered by ${waysText(a)}, those of \`${b.name}\` by ${waysText(b)}, so their correlation is not known. Give both the same \`errors\`.`);
  }
  if (a.repetitions.length !== b.repetitions.length) {
    throw new EstimationError("repetitions-differ", `\`${a.name}\` has ${a.repetitions.length} repetitions and \`${b.name}\` ${b.repetitions.length}. Give both the same \`repetitions\`.`);
  }
}

function waysText(member: JointMember): string {
  return waysOf(member).map((way) => `\`${way}\``).join(" and ");
}
