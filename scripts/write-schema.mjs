/** Writes dist/schema.json, the JSON Schema that the package ships for editors. */
import { chmodSync, writeFileSync } from "node:fs";
import { studySchema } from "../dist/study/schema.js";

writeFileSync("dist/schema.json", `${JSON.stringify(studySchema(), null, 2)}\n`);
chmodSync("dist/cli/main.js", 0o755);
