import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HtmlValidate } from "html-validate";
import { chromium, type Browser, type BrowserContextOptions, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { tablesOf } from "../../src/report/outputs.js";
import { reportPage, tablesPage } from "../../src/report/page/page.js";
import { smallResult, WILD } from "../helpers/outputs.js";

/** Debian's package; another can be named by CHROMIUM. */
const program = process.env["CHROMIUM"] ?? "/usr/bin/chromium";

it("the pages are valid HTML", async () => {
  const result = await smallResult();
  const validator = new HtmlValidate({
    extends: ["html-validate:recommended"],
    // Titles are the user's, and so is white space in the study file; a column's id has a dot, which HTML allows.
    rules: { "long-title": "off", "no-trailing-whitespace": "off", "valid-id": ["error", { relaxed: true }] },
  });
  for (const html of [reportPage(result), tablesPage(result, tablesOf(result))]) {
    const report = await validator.validateString(html);
    expect(report.results.flatMap(({ messages }) => messages.map(({ ruleId, message, line }) => `${line} ${ruleId}: ${message}`))).toEqual([]);
  }
});

it("the page needs nothing from elsewhere and runs nothing", async () => {
  const html = reportPage(await smallResult());
  expect(html).not.toMatch(/<script|<link|<img|<iframe|\son\w+=|javascript:|url\(|@import/i);
  expect(html.match(/(?:src|href)="(?!#)[^"]*"/g)).toBeNull();
});

it("ids are given once, and every reference leads somewhere", async () => {
  const html = reportPage(await smallResult());
  const ids = [...html.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id);
  expect(new Set(ids).size).toBe(ids.length);
  const wanted = [...html.matchAll(/(?:href="#|aria-labelledby="|aria-describedby=")([^"]*)"/g)].flatMap(([, names = ""]) => names.split(" "));
  expect(wanted.filter((name) => !ids.includes(name))).toEqual([]);
});

describe.skipIf(!existsSync(program))(`in Chromium (skipped where there is no ${program}: apt-get install chromium)`, () => {
  const folder = mkdtempSync(join(tmpdir(), "neyman-page-"));
  let browser: Browser;
  beforeAll(async () => {
    writeFileSync(join(folder, "report.html"), reportPage(await smallResult()));
    browser = await chromium.launch({ executablePath: program, args: ["--no-sandbox"] });
  });
  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  });

  async function open(options: BrowserContextOptions, use: (page: Page) => Promise<void>): Promise<void> {
    const context = await browser.newContext(options);
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("request", (request) => {
      if (!request.url().startsWith("file:")) complaints.push(request.url());
    });
    await page.goto(`file://${folder}/report.html`);
    await use(page);
    expect(complaints).toEqual([]);
    await context.close();
  }

  const evaluate = async (page: Page, code: string): Promise<unknown> => page.evaluate(code);

  it("a city called <script> is a city, and no script runs", async () => {
    await open({}, async (page) => {
      expect(await evaluate(page, "typeof hacked")).toBe("undefined");
      expect(await evaluate(page, "document.querySelectorAll('script, b').length")).toBe(0);
      const text = await page.innerText("main");
      for (const wild of Object.values(WILD)) expect(text).toContain(wild);
    });
  });

  it.each([360, 768, 1280])("nothing is wider than a screen of %d pixels; tables and figures scroll by themselves", async (width) => {
    await open({ viewport: { width, height: 800 } }, async (page) => {
      expect(await evaluate(page, "document.documentElement.scrollWidth")).toBe(width);
      expect(await evaluate(page, "[...document.querySelectorAll('.scroll')].every((one) => one.clientWidth <= innerWidth)")).toBe(true);
    });
  });

  it("light and dark have their own colours, figures included", async () => {
    const colours: unknown[] = [];
    for (const colorScheme of ["light", "dark"] as const) {
      await open({ colorScheme }, async (page) => {
        colours.push(await evaluate(page, "[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.querySelector('figure svg text')).fill, getComputedStyle(document.querySelector('figure svg [fill=\"var(--main)\"]')).fill].join(' ')"));
      });
    }
    expect(colours).toEqual(["rgb(255, 255, 255) rgb(27, 31, 36) rgb(0, 114, 178)", "rgb(20, 24, 29) rgb(232, 234, 237) rgb(86, 180, 233)"]);
  });

  it("the keyboard reaches the contents, the tables and the code, each with a visible focus", async () => {
    await open({}, async (page) => {
      const seen: string[] = [];
      for (let i = 0; i < 60; i++) {
        await page.keyboard.press("Tab");
        seen.push(String(await evaluate(page, "((one) => one.className || one.tagName)(document.activeElement)")));
        if (i === 0) expect(await evaluate(page, "document.activeElement.getBoundingClientRect().left")).toBeGreaterThanOrEqual(0);
      }
      expect(seen[0]).toBe("skip");
      expect(seen).toEqual(expect.arrayContaining(["A", "scroll", "SUMMARY"]));
      await page.focus("summary");
      await page.keyboard.press("Enter");
      expect(await evaluate(page, "document.querySelector('details').open")).toBe(true);
      expect(await evaluate(page, "getComputedStyle(document.activeElement).outlineStyle")).not.toBe("none");
    });
  });

  it("prints on white, without its navigation", async () => {
    await open({ colorScheme: "dark" }, async (page) => {
      await page.emulateMedia({ media: "print" });
      expect(await evaluate(page, "[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.querySelector('nav')).display].join(' ')")).toBe("rgb(255, 255, 255) none");
    });
  });
});
