import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { chromium, type Browser, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chromiumProgram, emptyFolder, root, wagesInNode } from "../helpers/examples.js";

describe.skipIf(!existsSync(chromiumProgram))(`examples/page in Chromium (skipped where there is no ${chromiumProgram}: apt-get install chromium)`, () => {
  const file = join(emptyFolder(), "page.html");
  const csv = join(root, "data/wagepan.csv");
  let browser: Browser;
  let page: Page;
  let complaints: string[] = [];
  beforeAll(async () => {
    execFileSync("node", ["examples/page/build.mjs", file], { cwd: root });
    browser = await chromium.launch({ executablePath: chromiumProgram, args: ["--no-sandbox"] });
    page = await browser.newPage();
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("request", (request) => {
      if (!/^(file|blob|data):/.test(request.url())) complaints.push(request.url());
    });
    await page.goto(`file://${file}`);
  }, 60_000);
  afterAll(() => browser.close(), 60_000);

  const state = async (): Promise<string> => (await page.getAttribute("#status", "data-state")) ?? "";
  const ended = async (): Promise<string> => {
    await page.waitForFunction("['done', 'failed'].includes(document.getElementById('status').dataset.state)");
    return page.innerText("#status");
  };

  it("gives the bytes that Node gives: from one file, without a server, cross-origin isolation or shared memory", async () => {
    expect(await page.evaluate("[crossOriginIsolated, typeof SharedArrayBuffer, location.protocol]")).toEqual([false, "undefined", "file:"]);
    let workers = 0;
    page.on("worker", () => workers++);
    await page.setInputFiles("#data", csv);
    await page.click("#run");
    expect(await ended()).toBe("3 estimates.");
    expect(workers).toBeGreaterThan(0);
    const json = await page.evaluate("fetch(document.getElementById('download').href).then((answer) => answer.text())");
    expect(json).toBe(await wagesInNode());
    expect(await page.innerText("#tables")).toContain("0.0793***");
    expect(complaints).toEqual([]);
  });

  it("takes a file that is dropped", async () => {
    const transfer = await page.evaluateHandle((text) => {
      const held = new DataTransfer();
      held.items.add(new File([text], "dropped.csv"));
      return held;
    }, readFileSync(csv, "utf8"));
    await page.dispatchEvent("#drop", "drop", { dataTransfer: transfer });
    expect(await page.innerText("#status")).toMatch(/^dropped\.csv, \d+ bytes\.$/);
    expect(await state()).toBe("ready");
  });

  it("says what is wrong with a study, and goes on", async () => {
    const study = await page.inputValue("#study");
    await page.fill("#study", study.replace("outcome: lwage", "outcome: wage"));
    await page.click("#run");
    expect(await ended()).toMatch(/no column `wage`.*`lwage`/);
    await page.fill("#study", study);
  });

  it("stops, its workers with it, and can be run again", async () => {
    const study = await page.inputValue("#study");
    await page.fill("#study", study.replace("trees: 20", "trees: 5000"));
    await page.click("#run");
    await page.waitForFunction("document.getElementById('progress').value > 0");
    await page.click("#stop");
    expect(await ended()).toBe("Stopped.");
    await expect.poll(() => page.workers().length, { timeout: 30_000 }).toBe(0);
    await page.fill("#study", study.replace(/\n {6}- \{ label: forest[^]*$/, "\n"));
    await page.click("#run");
    expect(await ended()).toBe("1 estimates.");
    complaints = [];
  });
});
