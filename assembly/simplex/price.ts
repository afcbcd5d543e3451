import { BLOCK, Peers, placeOf } from "./peers";
import { CANDIDATES, costOf, peerOf, Program, variableOf } from "./program";

/** A reduced cost counts as negative beyond this share of 1 and the terms that it is made of. */
const OPTIMAL: f64 = 1e-10;

/** -d / (1 + |c| + sum |y_r a_r|), d = c - y'a the reduced cost of a variable: above OPTIMAL it may enter. */
function gainOf(program: Program, variable: i32): f64 {
  const cost = costOf(program, variable);
  let sum: f64 = -cost;
  let size: f64 = 1 + Math.abs(cost);
  const peer = peerOf(program, variable);
  if (peer < 0) {
    for (let r = 0; r < program.rows; r++) {
      const term = program.prices[r] * program.columns[variable * program.rows + r];
      sum += term;
      size += Math.abs(term);
    }
  } else {
    const at = placeOf(program.peers, peer);
    for (let r = 0; r < program.peers.rows; r++) {
      const term = program.weights[r] * program.peers.values[at + r * BLOCK];
      sum += term;
      size += Math.abs(term);
    }
  }
  return sum / size;
}

/** The variable with most to gain among the extra columns and the candidates, -1 for none. */
export function bestCandidate(program: Program): i32 {
  let best = -1;
  let most = OPTIMAL;
  for (let k = 0; k < program.extras; k++) {
    const gain = gainOf(program, k);
    if (gain > most) {
      most = gain;
      best = k;
    }
  }
  for (let c = 0; c < program.candidateCount; c++) {
    const gain = gainOf(program, program.candidates[c]);
    if (gain > most) {
      most = gain;
      best = program.candidates[c];
    }
  }
  return best;
}

/** The first variable of all with something to gain, -1 for none: the entering rule of Bland 1977. */
export function firstOfAll(program: Program): i32 {
  for (let k = 0; k < program.extras; k++) if (gainOf(program, k) > OPTIMAL) return k;
  const peer = firstAmong(program, 0, program.peers.count);
  return peer < 0 ? -1 : variableOf(program, peer);
}

function firstAmong(program: Program, from: i32, to: i32): i32 {
  for (let j = from; j < to; j++) if (gainOf(program, variableOf(program, j)) > OPTIMAL) return j;
  return -1;
}

/** Prices every column: 2 rows flops a peer. Fills the candidates, and says whether any variable may enter. */
export function priceAll(program: Program): bool {
  let worst = priceBlocks(program, (program.peers.count + BLOCK - 1) / BLOCK);
  for (let k = 0; k < program.extras; k++) worst = Math.max(worst, gainOf(program, k));
  program.worst = worst;
  return worst > OPTIMAL;
}

/** The same for the preferred peers (and those that share their last block), without the extra columns. */
export function pricePreferred(program: Program): bool {
  return program.preferred > 0 && priceBlocks(program, (program.preferred + BLOCK - 1) / BLOCK) > OPTIMAL;
}

/** Fills the candidates with the best peer of each stretch of the first `blocks` blocks, and says how much the best has to gain. */
function priceBlocks(program: Program, blocks: i32): f64 {
  const peers = program.peers;
  const stretch = (blocks + CANDIDATES - 1) / CANDIDATES;
  let worst: f64 = 0;
  program.candidateCount = 0;
  for (let from = 0; from < blocks; from += stretch) {
    const to = min(from + stretch, blocks);
    const block = bestBlock(peers, program.weights, from, to);
    if (block < 0) continue;
    let peer = bestIn(program, block);
    let gain = gainOf(program, variableOf(program, peer));
    if (!(gain > OPTIMAL)) { // its terms are large: a smaller gain of smaller terms may hide behind it
      peer = firstAmong(program, from * BLOCK, min(to * BLOCK, peers.count));
      if (peer >= 0) gain = gainOf(program, variableOf(program, peer));
    }
    worst = Math.max(worst, gain);
    if (peer >= 0) program.candidates[program.candidateCount++] = variableOf(program, peer);
  }
  return worst;
}

/** The block with the peer of largest sum of weights times values, among those above OPTIMAL; -1 for none. */
function bestBlock(peers: Peers, weights: StaticArray<f64>, from: i32, to: i32): i32 {
  const rows = peers.rows;
  let at = changetype<usize>(peers.values) + ((<usize>from * BLOCK * rows) << 3);
  const first = changetype<usize>(weights);
  const last = first + (<usize>rows << 3);
  let most = OPTIMAL;
  let best = -1;
  for (let block = from; block < to; block++) {
    let s0 = f64x2.splat(0);
    let s1 = f64x2.splat(0);
    let s2 = f64x2.splat(0);
    let s3 = f64x2.splat(0);
    for (let weight = first; weight < last; weight += 8) {
      const w = v128.load64_splat(weight);
      s0 = f64x2.add(s0, f64x2.mul(w, v128.load(at)));
      s1 = f64x2.add(s1, f64x2.mul(w, v128.load(at, 16)));
      s2 = f64x2.add(s2, f64x2.mul(w, v128.load(at, 32)));
      s3 = f64x2.add(s3, f64x2.mul(w, v128.load(at, 48)));
      at += 64;
    }
    const s = f64x2.pmax(f64x2.pmax(s0, s1), f64x2.pmax(s2, s3));
    const largest = Math.max(f64x2.extract_lane(s, 0), f64x2.extract_lane(s, 1));
    if (largest > most) {
      most = largest;
      best = block;
    }
  }
  return best;
}

/** The peer of a block with the largest sum of weights times values, the first of equals. */
function bestIn(program: Program, block: i32): i32 {
  const peers = program.peers;
  const first = block * BLOCK;
  const end = min(first + BLOCK, peers.count);
  let best = first;
  let most: f64 = -Infinity;
  for (let j = first; j < end; j++) {
    const at = placeOf(peers, j);
    let sum: f64 = 0;
    for (let r = 0; r < peers.rows; r++) sum += program.weights[r] * peers.values[at + r * BLOCK];
    if (sum > most) {
      most = sum;
      best = j;
    }
  }
  return best;
}
