import { resolve } from "node:path";
import type { CommandModule } from "yargs";
import { InputError } from "../errors.js";
import { loadResult, writeOutputs } from "../node/files.js";
import { figuresOf } from "../report/figures/figures.js";
import { outputFiles } from "../report/outputs.js";
import { type FigureArguments, formatsIn, requestOf, withFigures, withNames, writtenText } from "./outputOptions.js";
import { refuseUnknown } from "./table.js";

interface PlotArguments extends FigureArguments {
  readonly results: string;
  readonly names: readonly string[] | undefined;
  readonly format: string | undefined;
  readonly out: string | undefined;
}

/** `neyman plot STUDY [names..]`: figures of stored results; nothing is fitted. */
export const plotCommand: CommandModule<object, PlotArguments> = {
  command: "plot <results> [names..]",
  describe: "draw the figures of stored results; nothing is fitted",
  builder: (yargs) =>
    withNames(withFigures(
      yargs
        .usage("$0 plot <results> [names..]\n\nDraws the figures of a study that was run into figures/ of its output folder.")
        .positional("results", { type: "string", demandOption: true, describe: "study file, output folder or results.json" })
        .option("format", { type: "string", requiresArg: true, default: "svg", describe: "svg, png, or both with a comma" })
        .option("out", { type: "string", requiresArg: true, describe: "folder in which figures/ is made (default: that of the results)" }),
    ), "figures, or tables and columns whose figures are wanted; default: all"),
  handler: plot,
};

async function plot(given: PlotArguments): Promise<void> {
  if (given.results === "") throw new InputError("The name of the study file is empty.");
  const request = requestOf(formatsIn(given.format ?? "svg", ["svg", "png"]), given, given.names === undefined || given.names.length === 0 ? null : given.names);
  const { result, folder } = await loadResult(given.results);
  refuseUnknown(request.only, figuresOf(result).map(({ id }) => id), "figure");
  const files = await outputFiles(result, request);
  const out = given.out === undefined ? folder : resolve(given.out);
  await writeOutputs(out, files);
  process.stdout.write(writtenText(out, files));
}
