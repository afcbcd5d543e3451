/** Sizes, switches and data of a network and its training, as the host passes them. */
@unmanaged
export class NetJob {
  /** Length of a column. */
  rows: i32;
  features: i32;
  groups: i32;
  /** Levels of all groups. */
  levels: i32;
  /** Hidden layers. */
  layers: i32;
  /** 0: relu, 1: tanh. */
  activation: i32;
  /** 1: the output is a probability and the loss its logarithm's; 0: squared loss. */
  classify: i32;
  /** Training rows, rows of a batch, rows to predict, epochs (or full-batch steps) at most. */
  count: i32;
  batch: i32;
  predictCount: i32;
  epochs: i32;
  keyLow: u32;
  keyHigh: u32;
  /** i32[layers]: units of each hidden layer. */
  units: StaticArray<i32>;
  /** f64[features * rows], and what each column is centred by and multiplied by. */
  x: StaticArray<f64>;
  centre: StaticArray<f64>;
  scale: StaticArray<f64>;
  /** i32[groups * rows]: levels, numbered through all groups. */
  codes: StaticArray<i32>;
  /** f64[levels] each: a level's dummy is levelScale where it holds, less levelShift everywhere. */
  levelScale: StaticArray<f64>;
  levelShift: StaticArray<f64>;
  /** u32[count] and u32[predictCount]: row numbers. */
  train: StaticArray<u32>;
  predict: StaticArray<u32>;
  /** f64[rows] each; weights may be 0: none. */
  y: StaticArray<f64>;
  weights: StaticArray<f64>;
}

/** Settings that are not whole. */
@unmanaged
export class NetRates {
  learningRate: f64;
  /** Weight of half the squared weights, over the rows of a batch. */
  alpha: f64;
  /** What the loss must fall by in ten epochs. */
  tolerance: f64;
}
