import type { CommandModule } from "yargs";
import { studySchema } from "../study/schema.js";

/** `neyman schema`: the JSON Schema of study files, for editors. */
export const schemaCommand: CommandModule = {
  command: "schema",
  describe: "print the JSON Schema of study files, for editors",
  builder: (yargs) => yargs.usage("$0 schema\n\nPrints the JSON Schema (draft-07) of study files. To have an editor complete and check a study, write\n  # yaml-language-server: $schema=study.schema.json\nas its first line."),
  handler: () => void process.stdout.write(`${JSON.stringify(studySchema(), null, 2)}\n`),
};
