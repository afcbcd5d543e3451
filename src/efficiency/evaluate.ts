import { EstimationError } from "../errors.js";
import type { Kernels } from "../kernels/instance.js";
import { type Certificate, type Job, placePeers, type ResidentPeers, type Solution } from "../kernels/simplex.js";
import type { Frontier } from "./frontier.js";
import type { Model } from "./models/model.js";
import { checkProduction, columnsOf, type Production, type Quantities, quantitiesOf } from "./production.js";
import type { ModelProgram } from "./program.js";
import { explain, type Failure } from "./reason.js";
import { type Scale, scaleOf } from "./returns.js";
import { peerRows, type Technology } from "./technology.js";

/** A unit's place among others. What is not unique (slacks, targets, peers, scale) is one optimum of several. */
export interface Measure {
  /** Null where there is none; never 1 for want of a solution. */
  readonly score: number | null;
  readonly status: "optimal" | Failure;
  /** Why there is no score; null where there is one. */
  readonly reason: string | null;
  /** What the targets differ from the unit's own values by, at least 0. */
  readonly slacks: Quantities | null;
  /** What the unit would use and make at the frontier. */
  readonly targets: Quantities | null;
  /** Units of positive weight, ascending. */
  readonly peers: readonly Peer[];
  readonly returns: Scale | null;
  readonly pivots: number;
  readonly certificate: Certificate;
}

/** A unit that another is compared with. */
export interface Peer {
  readonly unit: number;
  readonly weight: number;
}

/** Weights below this share of the largest are rounding. */
const ROUNDING = 1e-12;

/**
 * Measures the members of a frontier against its peers. One linear program a member, each solved to its proof; the bits
 * of a measure depend on the member and the peers only, not on what else is measured.
 * Throws an EstimationError where values cannot be used, or memory is full.
 */
export function measure(kernels: Kernels, production: Production, model: Model, frontier: Frontier): readonly Measure[] {
  checkProduction(production, model.positive);
  if (frontier.peers.length === 0) throw new EstimationError("no-peers", "There is no unit to compare with: widen the frontier.");
  return kernels.heap.scope(() => {
    const { peers, order, jobs } = lay(kernels, production, model, frontier);
    return solveTogether(peers, jobs).map(({ job, solution }) => measureOf(job, solution, model, production, order));
  });
}

/** The scores alone, NaN where there is none: for thousands of draws. */
export function scoresOf(kernels: Kernels, production: Production, model: Model, frontier: Frontier): Float64Array {
  return kernels.heap.scope(() => {
    const { peers, jobs } = lay(kernels, production, model, frontier);
    return Float64Array.from(solveTogether(peers, jobs), ({ solution: { status, objective } }) => (status === "optimal" ? model.score(objective) : NaN));
  });
}

/** The peers in the kernels, in which order they lie there, and the members' programs. */
function lay(kernels: Kernels, production: Production, model: Model, { members, peers: units, preferred }: Frontier): { peers: ResidentPeers; order: Uint32Array; jobs: readonly UnitJob[] } {
  const columns = columnsOf(production);
  const order = preferred === undefined ? units : preferredFirst(units, preferred);
  const place = new Map([...order].map((unit, peer) => [unit, peer]));
  const peers = placePeers(kernels, peerValues(columns, model.technology, order), preferred?.length);
  const means = columns.map((column) => units.reduce((sum, unit) => sum + (column[unit] ?? NaN), 0) / units.length);
  return { peers, order, jobs: [...members].map((unit) => jobOf(unit, model, columns, means, place)) };
}

function preferredFirst(peers: Uint32Array, preferred: Uint32Array): Uint32Array {
  const first = new Set(preferred);
  return Uint32Array.from([...preferred, ...peers.filter((unit) => !first.has(unit))]);
}

interface UnitJob {
  readonly values: readonly number[];
  readonly program: ModelProgram;
  readonly job: Job;
}

/** The rows of the programs, by peer. */
function peerValues(columns: readonly Float64Array[], { bounds, returns }: Technology, peers: Uint32Array): readonly Float64Array[] {
  const rows = bounds.map(({ column }) => Float64Array.from(peers, (unit) => columns[column]?.[unit] ?? NaN));
  return returns === "crs" ? rows : [...rows, new Float64Array(peers.length).fill(1)];
}

/** A unit's program: rows are divided by its own values, those where it has none by the peers' mean. */
function jobOf(unit: number, model: Model, columns: readonly Float64Array[], means: readonly number[], place: ReadonlyMap<number, number>): UnitJob {
  const values = columns.map((column) => column[unit] ?? NaN);
  const divisors = values.map((value, c) => (value > 0 ? value : (means[c] ?? NaN) || 1));
  const own = place.get(unit) ?? null;
  const scales = new Float64Array(peerRows(model.technology)).fill(1);
  model.technology.bounds.forEach(({ column }, row) => (scales[row] = 1 / (divisors[column] ?? NaN)));
  const excluded = model.excludesSelf ? own : null;
  return { values, program: model.program({ unit, values, divisors }), job: { scales, from: excluded === null ? own : null, without: excluded } };
}

/** One call for neighbours with the same program and the same kind of start. */
function solveTogether(peers: ResidentPeers, jobs: readonly UnitJob[]): readonly { job: UnitJob; solution: Solution }[] {
  const solved: { job: UnitJob; solution: Solution }[] = [];
  while (solved.length < jobs.length) {
    const from = solved.length;
    const first = jobs[from] as UnitJob;
    const own = first.job.from !== null;
    const end = jobs.findIndex((one, i) => i > from && (one.program !== first.program || (one.job.from !== null) !== own));
    const block = jobs.slice(from, end < 0 ? jobs.length : end);
    const program = own ? first.program : { ...first.program, start: first.program.startAway };
    const solutions = peers.solve(program, block.map(({ job }) => job));
    solutions.forEach((solution, i) => solved.push({ job: block[i] as UnitJob, solution }));
  }
  return solved;
}

function measureOf({ values, program, job }: UnitJob, solution: Solution, model: Model, production: Production, peerUnits: Uint32Array): Measure {
  const { status, pivots, certificate } = solution;
  if (status !== "optimal") {
    return { score: null, status, reason: explain(status, job.without !== null, peerUnits.length - (job.without === null ? 0 : 1)), slacks: null, targets: null, peers: [], returns: null, pivots, certificate };
  }
  const total = program.total === null ? 1 : (solution.extras[program.total] ?? NaN);
  const largest = solution.peers.reduce((most, { weight }) => Math.max(most, weight), 0);
  const peers = solution.peers.filter(({ weight }) => weight > ROUNDING * largest).map(({ peer, weight }) => ({ unit: peerUnits[peer] ?? -1, weight: weight / total }));
  const targets = targetsOf(values, peers, model, columnsOf(production));
  const slacks = targets.map((target, c) => Math.abs(target - (values[c] ?? NaN)));
  return {
    score: model.score(solution.objective) + 0, // never -0
    status, reason: null,
    slacks: quantitiesOf(production, slacks), targets: quantitiesOf(production, targets),
    peers: peers.sort((a, b) => a.unit - b.unit), returns: scaleOf(model.technology, peers, solution.prices), pivots, certificate,
  };
}

function targetsOf(values: readonly number[], peers: readonly Peer[], model: Model, columns: readonly Float64Array[]): readonly number[] {
  return columns.map((column, c) => {
    const made = peers.reduce((sum, { unit, weight }) => sum + weight * (column[unit] ?? NaN), 0);
    return model.target(model.technology.bounds[c]?.kind ?? "input", values[c] ?? NaN, made);
  });
}
