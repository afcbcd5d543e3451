import type { CommandModule } from "yargs";
import { studySchema } from "../study/schema.js";

/** `neyman schema`: the JSON Schema of study files, for editors. */
export const schemaCommand: CommandModule = {
  command: "schema",
  describe: "print the JSON Schema of study files, for editors",
  handler: () => void process.stdout.write(`${JSON.stringify(studySchema(), null, 2)}\n`),
};
