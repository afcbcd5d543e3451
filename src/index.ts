/**
 * The engine as a library, without anything of Node: parse a study, read a panel from bytes, run it in this thread.
 * Worker threads, files and the store on disk are in `neyman/node`.
 */
export type { Derivation, DerivedPanel } from "./derive/derive.js";
export { assess, type AssessedRow, type Assessment, type AssessOptions } from "./efficiency/assess.js";
export { measure, type Measure } from "./efficiency/evaluate.js";
export { type FrontierRule, frontiersOf } from "./efficiency/frontier.js";
export { metaFrontier } from "./efficiency/metaFrontier.js";
export { additive } from "./efficiency/models/additive.js";
export { directional, nonRadialDirectional } from "./efficiency/models/directional.js";
export { nonSeparable } from "./efficiency/models/nonSeparable.js";
export { radial } from "./efficiency/models/radial.js";
export { sbm } from "./efficiency/models/sbm.js";
export { superSbm, type SuperVariant } from "./efficiency/models/superSbm.js";
export { type EfficiencyPiece, runEfficiencyPiece } from "./efficiency/piece.js";
export type { Orientation, Production, Returns } from "./efficiency/production.js";
export { adjacentChange, globalChange } from "./efficiency/productivity.js";
export { slacksBased, type SlacksBased, type SlacksBasedOptions } from "./efficiency/slacksBased.js";
export { technologyOf } from "./efficiency/technology.js";
export { createEngine } from "./engine.js";
export { EstimationError, InputError } from "./errors.js";
export type { Pool } from "./fit/pool.js";
export type { FitProgress } from "./fit/run.js";
export { type Shard, shardsOf } from "./fit/shards.js";
export { type Claim, createMemoryStore, createNoStore, type Store } from "./fit/store.js";
export { type Composite, compositeIndex, type CompositeOptions, ENTROPY_INDEX } from "./indices/composite.js";
export type { Indicator } from "./indices/indicator.js";
export type { Estimate } from "./inference/estimate.js";
export type { Column, NumberColumn, Panel, TextColumn } from "./panel/panel.js";
export { readPanel, type ReadOptions } from "./panel/read.js";
export { type Format, writePanel } from "./panel/write.js";
export { deriveStudy, type Engine, fitShard, prepareStudy, type PreparedStudy, type RunOptions, runStudy, type ShardRun, type StudyRun } from "./pipeline.js";
export { estimatesArrow } from "./report/arrow.js";
export { describePanel, type PanelDescription } from "./report/describePanel.js";
export { markdownText } from "./report/markdown.js";
export { estimatesJson, type ResultRow, type StudyResult } from "./report/results.js";
export { type Figure, svgText } from "./report/figures/svg.js";
export { figuresOf } from "./report/figures/figures.js";
export { DARK, LIGHT, type Palette } from "./report/figures/palette.js";
export { outputFiles, type OutputFiles, type OutputRequest, type Rasterize } from "./report/outputs.js";
export { reportPage } from "./report/page/page.js";
export { readStoredResult, storedResult } from "./report/stored.js";
export { printedTables } from "./report/table.js";
export type { PrintedTable } from "./report/text.js";
export { terminalText } from "./report/terminal.js";
export { readStudy } from "./study/read.js";
export { studySchema } from "./study/schema.js";
export type { Specification, Study } from "./study/specification.js";
