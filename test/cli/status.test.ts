import { mkdirSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { EstimationError } from "../../src/errors.js";
import { encodeFailure } from "../../src/fit/store.js";
import { filesBelow, neyman, workspace } from "../helpers/cli.js";
import { panelCsv } from "../helpers/panelCsv.js";

const STUDY = `data: { file: panel.csv, unit: firm, time: year }
base: { outcome: y, treatment: d, controls: [x1, x2], learner: { rf: { trees: 3 } }, score: partialling-out, twicing: false, encode: dummies, fixedEffects: [year] }
tables: [{ id: main, columns: [{}] }]
`;

it("status: nothing yet, then what is done and failed, and who is at what", async () => {
  const folder = workspace({ "study.yaml": STUDY, "panel.csv": panelCsv() });
  const before = await neyman(folder, "status", "study.yaml");
  expect(before.stdout).toBe("0 of 2 nuisances done, 0 % of the work.\nNothing is running that can be seen from here (tasks of some milliseconds are not announced).\n");
  expect(filesBelow(folder)).toEqual(["panel.csv", "study.yaml"]);

  const { specifications } = JSON.parse((await neyman(folder, "plan", "study.yaml", "--json")).stdout) as { specifications: { nuisances: { key: string }[] }[] };
  const keys = specifications.flatMap(({ nuisances }) => nuisances.map(({ key }) => key));
  const claim = (key: string, of: object): void => {
    const file = join(folder, ".neyman", key.slice(0, 2), `${key}.claim`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify({ token: "t", started: Date.now() - 90_000, ...of }));
  };
  claim(keys[0] ?? "", { host: "node7", pid: 12 });
  claim(keys[1] ?? "", { host: hostname(), pid: 2 ** 30 }); // of a process that is no more
  const during = JSON.parse((await neyman(folder, "status", "study.yaml", "--json")).stdout) as { running: unknown; secondsLeft: unknown };
  expect(during.running).toEqual([{ host: "node7", pid: 12, tasks: ["main.1 l"], seconds: expect.any(Number) as unknown }]);
  expect(during.secondsLeft).toBeNull();

  const other = workspace({ "study.yaml": STUDY, "panel.csv": panelCsv() });
  await neyman(other, "run", "study.yaml");
  const [key = ""] = keys;
  writeFileSync(join(other, ".neyman", key.slice(0, 2), `${key}.bin`), encodeFailure(key, new EstimationError("not-finite", "Why it has none.")));
  const after = await neyman(other, "status", "study.yaml");
  expect(after.stdout).toMatch(/^1 of 2 nuisances done, 100 % of the work\.\nFailed: 1\.\n {2}main\.1 l: Why it has none\.\n$/);
}, 180_000); // half a dozen starts of the command
