import { array, zeros } from "../core/arena";
import { hasRoom } from "../core/room";

/** Peers that are priced together; the last block is filled up with zero columns, which never improve anything. */
export const BLOCK: i32 = 8;

/**
 * The columns that many linear programs share: one a peer, each divided by a power of two, its size, so that large and
 * small peers are priced alike. A program multiplies the rows by scales of its own.
 */
@unmanaged
export class Peers {
  count: i32;
  rows: i32;
  /** f64[blocks][rows][BLOCK] */
  values: StaticArray<f64>;
  /** f64[count]: what a column was divided by. */
  sizes: StaticArray<f64>;
}

/** Packs the matrix values, f64[rows][count], not negative. Returns the address of the peers, 0 where memory is full. */
export function simplexPeers(count: i32, rows: i32, values: StaticArray<f64>): usize {
  const width = <u64>(count + BLOCK) * rows;
  if (!hasRoom(8 * (width + count + rows) + offsetof<Peers>())) return 0;
  const peers = changetype<Peers>(array<u8>(offsetof<Peers>()));
  peers.count = count;
  peers.rows = rows;
  peers.values = zeros<f64>((count + BLOCK - 1) / BLOCK * BLOCK * rows);
  peers.sizes = array<f64>(count);
  const means = array<f64>(rows);
  for (let r = 0; r < rows; r++) means[r] = meanOf(values, r * count, count);
  for (let j = 0; j < count; j++) packPeer(peers, j, values, means);
  return changetype<usize>(peers);
}

function meanOf(values: StaticArray<f64>, from: i32, count: i32): f64 {
  let sum: f64 = 0;
  for (let j = 0; j < count; j++) sum += values[from + j];
  return sum / count;
}

function packPeer(peers: Peers, j: i32, values: StaticArray<f64>, means: StaticArray<f64>): void {
  let largest: f64 = 0;
  for (let r = 0; r < peers.rows; r++) {
    if (means[r] > 0) largest = Math.max(largest, values[r * peers.count + j] / means[r]);
  }
  const size = largest > 0 ? powerOfTwo(largest) : 1;
  peers.sizes[j] = size;
  const at = placeOf(peers, j);
  for (let r = 0; r < peers.rows; r++) peers.values[at + r * BLOCK] = values[r * peers.count + j] / size;
}

/** The largest power of two that is not above x; x is a positive normal number. */
function powerOfTwo(x: f64): f64 {
  return reinterpret<f64>(reinterpret<u64>(x) & 0x7ff0000000000000);
}

/** Where a peer's first row stands; its next ones follow at a distance of BLOCK. */
@inline
export function placeOf(peers: Peers, j: i32): i32 {
  return (j / BLOCK) * BLOCK * peers.rows + (j % BLOCK);
}

/** Takes a peer's column out, into `kept`: a column of zeros never enters a basis. */
export function takeOut(peers: Peers, j: i32, kept: StaticArray<f64>): void {
  const at = placeOf(peers, j);
  for (let r = 0; r < peers.rows; r++) {
    kept[r] = peers.values[at + r * BLOCK];
    peers.values[at + r * BLOCK] = 0;
  }
}

/** Puts a column back that `takeOut` has taken. */
export function putBack(peers: Peers, j: i32, kept: StaticArray<f64>): void {
  const at = placeOf(peers, j);
  for (let r = 0; r < peers.rows; r++) peers.values[at + r * BLOCK] = kept[r];
}
