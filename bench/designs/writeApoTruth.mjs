/** Prints the constants of apoTruth.mjs: `node bench/designs/writeApoTruth.mjs`. A minute. */
import { doseMean, levelEffect, transformed } from "./apo.mjs";
import { normals, streams } from "./random.mjs";

const DRAWS = 4_000_000;
/** Of the effects: each is an integral. */
const EVALUATED = 400_000;

const stream = streams("apo truth", 1);
const x = Array.from({ length: 5 }, (_, k) => normals(stream(`x${k}`), DRAWS));
const shock = normals(stream("dose"), DRAWS);
const sums = [0, 0, 0, 0, 0];
const squares = [0, 0, 0, 0, 0];
eachRow((z) => z.forEach((value, k) => {
  sums[k] += value;
  squares[k] += value * value;
}));
const means = sums.map((sum) => sum / DRAWS);
const sds = squares.map((square, k) => Math.sqrt(square / DRAWS - means[k] ** 2));
const doseMeans = new Float64Array(DRAWS);
eachRow((z, i) => (doseMeans[i] = doseMean(z.map((value, k) => (value - means[k]) / sds[k]))));
const bound = doseMeans.map((mean, i) => mean + shock[i]).sort()[DRAWS / 2];
const effects = [1, 2].map((level) => doseMeans.subarray(0, EVALUATED).reduce((sum, mean) => sum + levelEffect(mean, level, bound), 0) / EVALUATED);
const shown = (values) => `[${values.map((value) => value.toFixed(5)).join(", ")}]`;
console.log(`MEANS = ${shown(means)}\nSDS = ${shown(sds)}\nBOUND = ${bound.toFixed(5)}\nEFFECTS = ${shown(effects)}`);

function eachRow(use) {
  for (let i = 0; i < DRAWS; i++) use(transformed(x.map((column) => column[i])), i);
}
