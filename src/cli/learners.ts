import type { CommandModule } from "yargs";
import { InputError, suggestion } from "../errors.js";
import { learners } from "../learners/registry.js";
import { learnerList, learnerPage, stackPage } from "../report/learnerText.js";
import { stackSchema } from "../study/learnerSchema.js";

interface LearnerArguments {
  readonly name: string | undefined;
}

/** `neyman learners [name]`: what there is, and one learner's options. */
export const learnersCommand: CommandModule<object, LearnerArguments> = {
  command: "learners [name]",
  describe: "list the learners, or the options of one",
  builder: (yargs) =>
    yargs
      .usage("$0 learners [name]\n\nLists the learners; with a name, its options, their defaults and what they mean.")
      .positional("name", { type: "string", describe: "a learner, such as lassocv" }),
  handler({ name }) {
    const stack = stackSchema();
    if (name === undefined) return void process.stdout.write(`${learnerList([...Object.values(learners), { name: "stack", about: stack.description }])}\n`);
    if (name === "stack") return void process.stdout.write(`${stackPage(stack)}\n`);
    const learner = Object.hasOwn(learners, name) ? learners[name] : undefined;
    if (learner === undefined) throw new InputError(`There is no learner \`${name}\`. ${suggestion(name, [...Object.keys(learners), "stack"])}`);
    process.stdout.write(`${learnerPage(learner)}\n`);
  },
};
