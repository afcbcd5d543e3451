/**
 * What a study's draws came to, tracked beside the code so that they outlive a checkout: record/STUDY.json holds for each
 * design, size and cell the number of draws 1 ... N done and the sums that the tables need. A design's `version` stands beside
 * its cells; where it is another now, or a cell is gone, they no longer count.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const folder = join(import.meta.dirname, "record");

/** The sums over no draws; `error` of estimate - truth, `square` of its square, `alarms` of draws that warn, `missed` of those off by more than a standard error and `caught` of these that warn; failed draws count in `draws` and `failed` alone. */
const NONE = { draws: 0, failed: 0, error: 0, square: 0, se: 0, covers: 0, alarms: 0, missed: 0, caught: 0 };

/** By design its version and cells; those that still hold for these designs. */
export function readRecord(study, designs) {
  const written = existsSync(fileOf(study)) ? JSON.parse(readFileSync(fileOf(study), "utf8")) : {};
  return current(written, designs);
}

/** Cells of other versions of their design, and of designs and cells that are no more, are left out. */
export function current(written, designs) {
  return Object.fromEntries(designs.map(({ name, version, sizes, cells }) => {
    const old = written[name]?.version === version ? written[name].cells : {};
    const names = sizes.flatMap((size) => cells.map((cell) => cellKey(size, cell.name)));
    return [name, { version, cells: Object.fromEntries(names.filter((key) => old[key] !== undefined).map((key) => [key, old[key]])) }];
  }));
}

/** Sorted, a cell a line; a run that is cut off leaves the file as it was. */
export function writeRecord(study, record) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${fileOf(study)}.new`, recordText(record));
  renameSync(`${fileOf(study)}.new`, fileOf(study));
}

/** The record as JSON text, the same for the same draws. */
export function recordText(record) {
  const block = (entries, indent) => `{\n${entries.join(",\n")}\n${indent}}`;
  const sorted = (object) => Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1));
  const designs = sorted(record).filter(([, { cells }]) => Object.keys(cells).length > 0).map(([name, { version, cells }]) => {
    const lines = sorted(cells).map(([key, sums]) => `      ${JSON.stringify(key)}: ${JSON.stringify(sums)}`);
    return `  ${JSON.stringify(name)}: {\n    "version": ${JSON.stringify(version)},\n    "cells": ${block(lines, "    ")}\n  }`;
  });
  return `${block(designs, "")}\n`;
}

/** The sums of a cell so far. */
export function sumsOf(record, design, size, cell) {
  return record[design]?.cells[cellKey(size, cell)] ?? NONE;
}

/**
 * Adds lines of draws to a record. Draws are added in their order, one by one, so that the sums have the same bits however
 * often a run was stopped; `left` are lines whose draw has no predecessor yet.
 */
export function foldLines(record, lines) {
  const folded = { ...record };
  const left = [];
  for (const line of [...lines].sort((a, b) => a.draw - b.draw)) {
    const { design, size, cell, draw } = line;
    const sums = sumsOf(folded, design, size, cell);
    if (draw > sums.draws + 1) left.push(line);
    if (draw !== sums.draws + 1) continue;
    folded[design] = { ...folded[design], cells: { ...folded[design].cells, [cellKey(size, cell)]: plus(sums, line) } };
  }
  return { record: folded, left };
}

function plus(sums, { failed, error, se, covers, alarm }) {
  if (failed) return { ...sums, draws: sums.draws + 1, failed: sums.failed + 1 };
  const isMissed = Math.abs(error) > se;
  return {
    ...sums, draws: sums.draws + 1, error: sums.error + error, square: sums.square + error * error, se: sums.se + se,
    covers: sums.covers + (covers ? 1 : 0), alarms: sums.alarms + (alarm ? 1 : 0),
    missed: (sums.missed ?? 0) + (isMissed ? 1 : 0), caught: (sums.caught ?? 0) + (isMissed && alarm ? 1 : 0),
  };
}

function cellKey(size, cell) {
  return `${size}, ${cell}`;
}

function fileOf(study) {
  return join(folder, `${study}.json`);
}
