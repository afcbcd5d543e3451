import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { emptyFolder, root, tool } from "../helpers/examples.js";

const [publint, attw] = ["publint", "attw"].map(tool) as [string, string];

describe.skipIf(!existsSync(publint) || !existsSync(attw))("judges of packages (skipped where TOOLS has none: npm install publint @arethetypeswrong/cli)", () => {
  const folder = emptyFolder();
  const tarball = (): string => join(folder, execFileSync("npm", ["pack", "--ignore-scripts", "--pack-destination", folder], { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim());

  it("publint and are-the-types-wrong find nothing", () => {
    const file = tarball();
    const said = (program: string, ...args: readonly string[]): string => execFileSync("node", [program, ...args], { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
    expect(said(publint, "run", file, "--strict")).toContain("All good!");
    // ES modules alone; the kernels are bytes and have no types.
    expect(said(attw, file, "--profile", "esm-only", "--exclude-entrypoints", "kernels.wasm")).not.toMatch(/^(?:node16 \(from ESM\)|bundler): (?!🟢)/m);
  });
});
