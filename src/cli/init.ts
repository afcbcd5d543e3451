import { access, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative, resolve } from "node:path";
import { createInterface } from "node:readline/promises";
import type { CommandModule } from "yargs";
import { InputError, suggestion } from "../errors.js";
import { readData } from "../node/files.js";
import { checkPanel } from "../panel/check.js";
import type { Panel } from "../panel/panel.js";
import { readPanel } from "../panel/read.js";
import { checkColumns } from "../study/columns.js";
import { type FirstStudy, firstStudyText, guessStudy } from "../study/firstStudy.js";
import { readStudy } from "../study/read.js";
import { shownPath } from "./options.js";

interface InitArguments {
  readonly data: string;
  readonly unit: string | undefined;
  readonly time: string | undefined;
  readonly outcome: string | undefined;
  readonly treatment: string | undefined;
  readonly controls: string | undefined;
  readonly effects: string | undefined;
  readonly out: string | undefined;
  readonly force: boolean | undefined;
  readonly encoding: string | undefined;
}

/** `neyman init DATA`: writes a first study file, by flags, by asking on a terminal, else by guesses that it shows. */
export const initCommand: CommandModule<object, InitArguments> = {
  command: "init <data>",
  describe: "write a first study file for a data file",
  builder: (yargs) =>
    yargs
      .usage("$0 init <data>\n\nWrites a first study file beside a data file. What no option says is asked on a terminal, and guessed\nelsewhere; the guesses are shown.")
      .positional("data", { type: "string", demandOption: true, describe: "data file" })
      .option("outcome", { type: "string", requiresArg: true, describe: "column of the outcome" })
      .option("treatment", { type: "string", requiresArg: true, describe: "column of the treatment" })
      .option("controls", { type: "string", requiresArg: true, describe: "columns of the controls, with commas; none for none" })
      .option("unit", { type: "string", requiresArg: true, describe: "column of the unit; none for none" })
      .option("time", { type: "string", requiresArg: true, describe: "column of the period; none for none" })
      .option("effects", { type: "string", requiresArg: true, describe: "fixed effects, with commas; none for none (default: unit and time)" })
      .option("encoding", { type: "string", requiresArg: true, describe: "text encoding of a CSV file, such as gb18030" })
      .option("out", { type: "string", requiresArg: true, describe: "study file to write (default: NAME.yaml beside the data)" })
      .option("force", { type: "boolean", describe: "write over a file that is there" }),
  handler: init,
};

async function init(given: InitArguments): Promise<void> {
  if (given.data === "") throw new InputError("The name of the data file is empty.");
  const file = resolve(given.data);
  const out = given.out === undefined ? join(dirname(file), `${basename(file).replace(/\.[^.]*$/, "")}.yaml`) : resolve(given.out);
  if (given.force !== true && (await isThere(out))) throw new InputError(`${shownPath(out)} is there already. Name another with --out, or write over it with --force.`);
  const panel = await readPanel(await readData(given.data), basename(file), given.encoding === undefined ? {} : { encoding: given.encoding });
  const flags = choicesIn(given);
  refuseUnknown(flags, panel);
  const guess = guessStudy(panel, flags);
  const choice = process.stdin.isTTY && process.stdout.isTTY ? await ask(panel, flags, guess, { input: process.stdin, output: process.stderr }) : guess;
  if (choice.outcome === "" || choice.treatment === "") throw new InputError(`${panel.source} has no columns of numbers for an outcome and a treatment besides its unit and time. Name them with --outcome and --treatment.`);
  const text = withEncoding(firstStudyText(relative(dirname(out), file), choice), given.encoding);
  const study = readStudy(text, basename(out));
  checkColumns(study, panel);
  checkPanel(panel, { ...(choice.unit === null ? {} : { unit: choice.unit }), ...(choice.time === null ? {} : { time: choice.time }) });
  await write(out, text);
  process.stdout.write(`${shownPath(out)}: ${described(choice)}\n`);
  process.stderr.write(`Look at it, then: neyman run ${shownPath(out)}\n`);
}

function choicesIn({ unit, time, outcome, treatment, controls, effects }: InitArguments): Partial<FirstStudy> {
  const one = (name: string): string | null => (name === "none" ? null : name);
  const several = (names: string): readonly string[] => (names === "none" ? [] : names.split(",").map((name) => name.trim()).filter((name) => name !== ""));
  return {
    ...(unit === undefined ? {} : { unit: one(unit) }), ...(time === undefined ? {} : { time: one(time) }),
    ...(outcome === undefined ? {} : { outcome }), ...(treatment === undefined ? {} : { treatment }),
    ...(controls === undefined ? {} : { controls: several(controls) }), ...(effects === undefined ? {} : { fixedEffects: several(effects) }),
  };
}

function refuseUnknown(flags: Partial<FirstStudy>, panel: Panel): void {
  const names = [...panel.columns.keys()];
  for (const option of ["unit", "time", "outcome", "treatment", "controls"] as const) {
    const unknown = [flags[option] ?? []].flat().find((name) => !panel.columns.has(name));
    if (unknown !== undefined) throw new InputError(`--${option}: ${panel.source} has no column \`${unknown}\`. ${suggestion(unknown, names)}`);
  }
}

/** Where questions are asked and answered. */
export interface Terminal {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
}

/** Asks for what no flag says; Enter takes the guess. Throws an InputError where the answers end before the questions. */
export async function ask(panel: Panel, flags: Partial<FirstStudy>, guess: FirstStudy, { input, output }: Terminal): Promise<FirstStudy> {
  const prompt = createInterface({ input, output, terminal: (output as Partial<NodeJS.WriteStream>).isTTY === true });
  const ended = new Promise<never>((_, reject) => prompt.once("close", () => reject(new InputError("The answers ended before the questions, and nothing was written. Answer each, or say all by flags."))));
  ended.catch(() => undefined); // after the last answer nobody waits for it
  const names = [...panel.columns.keys()];
  const question = async (what: string, fallback: string): Promise<string> => {
    for (;;) {
      const answer = (await Promise.race([prompt.question(`${what} [${fallback}]: `), ended])).trim() || fallback;
      const unknown = answer.split(",").map((name) => name.trim()).find((name) => name !== "none" && !panel.columns.has(name));
      if (unknown === undefined) return answer;
      output.write(`There is no column \`${unknown}\`. ${suggestion(unknown, names)}\n`);
    }
  };
  output.write(`Columns of ${panel.source}: ${names.join(", ")}\n`);
  const answers: Record<string, string> = {};
  try {
    for (const what of ["unit", "time"] as const) if (flags[what] === undefined) answers[what] = await question(`Column of the ${what}, or none`, guess[what] ?? "none");
    const named = guessStudy(panel, { ...flags, ...choicesIn(argumentsOf(answers)) });
    for (const what of ["outcome", "treatment"] as const) if (flags[what] === undefined) answers[what] = await question(`Column of the ${what}`, named[what]);
    const rest = guessStudy(panel, { ...flags, ...choicesIn(argumentsOf(answers)) });
    if (flags.controls === undefined) answers["controls"] = await question("Controls, with commas, or none", rest.controls.join(", ") || "none");
  } finally {
    prompt.close();
  }
  return guessStudy(panel, { ...flags, ...choicesIn(argumentsOf(answers)) });
}

function argumentsOf(answers: Readonly<Record<string, string>>): InitArguments {
  return answers as unknown as InitArguments;
}

function withEncoding(text: string, encoding: string | undefined): string {
  return encoding === undefined ? text : text.replace(/^data: \{ file: (.*) \}$/m, (_, rest: string) => `data: { file: ${rest}, encoding: ${encoding} }`);
}

function described({ unit, time, outcome, treatment, controls }: FirstStudy): string {
  const ids = unit === null ? "no unit" : `unit ${unit}${time === null ? "" : `, time ${time}`}`;
  return `${ids}; the effect of ${treatment} on ${outcome} with ${controls.length} ${controls.length === 1 ? "control" : "controls"}.`;
}

async function isThere(file: string): Promise<boolean> {
  return access(file).then(() => true, () => false);
}

async function write(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text);
  } catch (error) {
    throw new InputError(`The study cannot be written to ${file}: ${(error as Error).message}. Name another file with --out.`);
  }
}
