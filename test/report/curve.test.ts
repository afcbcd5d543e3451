import { Resvg } from "@resvg/resvg-js";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HtmlValidate } from "html-validate";
import { chromium, type Browser, type BrowserContextOptions, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CurveFindings } from "../../src/curve/findings.js";
import { curveInference } from "../../src/curve/inference.js";
import { figuresOf } from "../../src/report/figures/figures.js";
import { DARK, LIGHT, PAGE } from "../../src/report/figures/palette.js";
import { svgText } from "../../src/report/figures/svg.js";
import { curveSentence, curveTests } from "../../src/report/curveTests.js";
import { belongsTo, tablesOf } from "../../src/report/outputs.js";
import { reportPage } from "../../src/report/page/page.js";
import type { StudyResult } from "../../src/report/results.js";
import { readStoredResult, storedResult } from "../../src/report/stored.js";
import { madeCurve } from "../helpers/curve.js";
import { smallResult } from "../helpers/outputs.js";
import { builds } from "../kernels/builds.js";

const program = process.env["CHROMIUM"] ?? "/usr/bin/chromium";
const effects = (count: number, most: number): number[] => Array.from({ length: count }, (_, i) => (most * i) / Math.max(1, count - 1));

/** Six dimensions; the label of one tries to be markup. */
function findings(options: readonly number[], draws = 100): CurveFindings {
  const [a = 1, b = 1, c = 1, d = 1, e = 1, f = 1] = options;
  const { rows, scores } = madeCurve({
    effects: { learner: effects(a, -0.03), sample: effects(b, 0.004), controls: effects(c, 0.008), folds: effects(d, 0), degree: effects(e, 0.003), errors: effects(f, 0) },
    groups: { learner: "uncertain", folds: "equivalent" }, clusters: 20, base: 0.004, noise: 0.008, own: 0.15, preferred: 30, seed: 5, failed: [5, 9],
  });
  const wild = { ...rows, dimensions: rows.dimensions.map((one, at) => (at === 1 ? { ...one, options: ["</script><script>hacked = 1</script>", ...one.options.slice(1)] } : one)) };
  return { id: "robust", title: "All & sundry", rows: wild, inference: curveInference(builds[0]!.kernels, wild, scores, { draws, multiplier: "normal", seed: 1, level: 0.95 }) };
}

const SIZES = [[54, [3, 1, 3, 3, 2, 1]], [1024, [4, 2, 16, 2, 2, 2]], [20480, [4, 5, 64, 2, 2, 4]]] as const;
const made = new Map<number, CurveFindings>(SIZES.map(([size, options]) => [size, findings(options)]));

async function resultOf({ id, title, rows, inference }: CurveFindings): Promise<StudyResult> {
  const base = await smallResult();
  const table = { kind: "curve", id, title, dimensions: rows.dimensions, size: rows.size, preferred: rows.preferred } as unknown as StudyResult["study"]["tables"][number];
  return { ...base, study: { ...base.study, tables: [table] }, curves: new Map([[id, { rows, failures: [], inference }]]) };
}

describe.each(SIZES)("%d specifications", (size) => {
  const found = made.get(size)!;

  it("three figures, in any colours, below 400 kB, without NaN; every option has its line up to 24 of a dimension", async () => {
    const figures = figuresOf(await resultOf(found));
    expect(figures.map(({ id }) => id)).toEqual(["robust-curve", "robust-drivers", "robust-options"]);
    for (const figure of figures) {
      for (const palette of [LIGHT, DARK, PAGE]) {
        const svg = svgText(figure, palette);
        expect(svg).not.toMatch(/NaN|Infinity|undefined|<script/);
        expect(svg.length).toBeLessThan(400_000);
      }
      const drawn = new Resvg(svgText(figure, LIGHT), { font: { loadSystemFonts: false } }).render();
      expect([drawn.width, drawn.height]).toEqual([figure.width, figure.height]);
    }
    const svg = svgText(figures[0]!, LIGHT);
    for (const text of ["preferred", "learner c", "(uncertain)", "% of the spread", "Romano-Wolf", ...(size > 2000 ? ["controls w", "41 more"] : ["with warnings"])]) expect(svg).toContain(text);
  });

  it("the page says the same in a few bytes a specification", async () => {
    // Figures of some 200 kB at most; 28 bytes a specification, a third more in base64.
    expect(reportPage(await resultOf(found)).length).toBeLessThan(250_000 + 38 * size);
  });
});

it("each estimate is drawn once up to 400: by itself, as filled, hollow or warned", () => {
  const found = made.get(54)!;
  const { rows } = found;
  const svg = svgText(figuresOfCurve(found), LIGHT);
  const dots = [...svg.matchAll(/<path d="((?:M[\d.]+ [\d.]+h0)+)" fill="none" stroke="(#[0-9a-f]{6})"/g)].map(([, d = "", colour]) => ({ colour, count: d.split("M").length - 1 }));
  const warned = [...rows.warned].filter((count, i) => count > 0 && Number.isFinite(rows.theta[i])).length;
  const clear = [...rows.lower].filter((low, i) => (low > 0 || rows.upper[i]! < 0) && rows.warned[i] === 0).length;
  expect(dots).toEqual([{ colour: LIGHT.main, count: clear }, { colour: LIGHT.muted, count: 52 - warned - clear }, { colour: LIGHT.paper, count: 52 - warned - clear }]);
});

function figuresOfCurve(found: CurveFindings): Parameters<typeof svgText>[0] {
  return figuresOf({ study: { tables: [{ kind: "curve", id: found.id, title: found.title }] }, curves: new Map([[found.id, { rows: found.rows, inference: found.inference }]]) } as unknown as StudyResult)[0]!;
}

it("a curve without any estimate has no figure, no test and nothing to look into", async () => {
  const none = madeCurve({ effects: { learner: [0, 0] }, failed: [0, 1] });
  const result = await resultOf({ id: "none", title: "None", rows: none.rows, inference: null });
  expect(figuresOf(result)).toEqual([]);
  expect(tablesOf(result).map(({ id }) => id)).toEqual(["none"]);
  expect(reportPage(result)).not.toContain("<script");
});

it("tables of tests and of the spread, and the curve in words", () => {
  const found = findings([3, 1, 3, 3, 2, 1], 500);
  const [tests, spread] = curveTests(found, found.inference);
  expect([tests?.id, spread?.id]).toEqual(["robust-tests", "robust-spread"]);
  expect(tests?.rows.filter((row) => typeof row !== "string").map(([label]) => label)).toEqual(["", "All specifications", "Equivalent choices only", "Uncertain choices only", ...["learner", "controls", "folds", "degree"].flatMap((name) => Array.from({ length: name === "degree" ? 2 : 3 }, (_, o) => `${name}: ${name} ${"abc"[o]}`))]);
  expect(curveSentence(found.rows, found.inference!)).toMatch(/^52 of 54 estimated\. Median -0\.0\d+ \(p [<=] 0\.\d+ that no specification has an effect\)\. \d+ % are negative, \d+ % significantly so .* The choice that drives the spread most: learner, \d+ % of it; noise alone would make \d+ % of the whole\.$/);
  for (const id of ["robust", "robust-tests", "robust-spread", "robust-curve", "robust-drivers", "robust-options"]) expect(belongsTo(id, "robust")).toBe(true);
});

it("stored and read again: the same figures, tables and page, to the byte", async () => {
  const result = await resultOf(made.get(54)!);
  const again = readStoredResult(storedResult(result), "results.json");
  expect(reportPage(again)).toBe(reportPage(result));
  expect(again.curves).toEqual(result.curves);
});

it("the page is valid HTML, and its policy allows its script alone", async () => {
  const html = reportPage(await resultOf(made.get(54)!));
  const report = await new HtmlValidate({ extends: ["html-validate:recommended"], rules: { "long-title": "off", "no-trailing-whitespace": "off", "valid-id": ["error", { relaxed: true }] } }).validateString(html);
  expect(report.results.flatMap(({ messages }) => messages.map(({ ruleId, message, line }) => `${line} ${ruleId}: ${message}`))).toEqual([]);
  const [, script = ""] = /<script>([^]*?)<\/script>/.exec(html) ?? [];
  const hash = Buffer.from(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(script))).toString("base64");
  expect(html).toContain(`default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${hash}'`);
});

describe.skipIf(!existsSync(program))(`in Chromium (skipped where there is no ${program}: apt-get install chromium)`, () => {
  const folder = mkdtempSync(join(tmpdir(), "neyman-curve-"));
  let browser: Browser;
  beforeAll(async () => {
    for (const [size, found] of made) writeFileSync(join(folder, `${size}.html`), reportPage(await resultOf(found)));
    browser = await chromium.launch({ executablePath: program, args: ["--no-sandbox"] });
  }, 60_000);
  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  });

  async function open(size: number, options: BrowserContextOptions, use: (page: Page) => Promise<void>): Promise<void> {
    const context = await browser.newContext(options);
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
    await page.goto(`file://${folder}/${size}.html`);
    await use(page);
    expect(complaints).toEqual([]);
    expect(await page.evaluate("typeof hacked")).toBe("undefined");
    await context.close();
  }

  it("arrow keys read specifications by rank, the preferred one first", async () => {
    await open(54, {}, async (page) => {
      expect(await page.innerText(".explore output")).toMatch(/^Specification 31 \(preferred\), rank \d+ of 52/);
      await page.focus(".explore canvas");
      await page.keyboard.press("Home");
      expect(await page.innerText(".explore output")).toContain("rank 1 of 52");
      await page.keyboard.press("ArrowRight");
      expect(await page.innerText(".explore output")).toContain("rank 2 of 52");
      await page.keyboard.press("End");
      await page.keyboard.press("ArrowRight");
      expect(await page.innerText(".explore output")).toContain("rank 52 of 52");
    });
  });

  it("pointing reads the specification under the pointer", async () => {
    await open(54, { viewport: { width: 1000, height: 900 } }, async (page) => {
      const box = (await page.locator(".explore canvas").boundingBox())!;
      await page.mouse.move(box.x + box.width - 12, box.y + 60);
      await page.locator(".explore canvas").hover({ position: { x: box.width - 12, y: 60 } });
      expect(await page.innerText(".explore output")).toContain("rank 52 of 52");
    });
  });

  it("boxes filter by choice; a number finds its specification, or says why not", async () => {
    await open(1024, {}, async (page) => {
      await page.click(".explore summary");
      await page.uncheck(".explore fieldset:first-child label:nth-of-type(1) input");
      expect(await page.innerText(".explore .count >> nth=0")).toMatch(/^768 of 1,022 specifications: median −0\.\d+, \d+ % with/);
      const told = async (number: string): Promise<string> => {
        await page.fill(".explore input[type=number]", number);
        return page.innerText(".explore output");
      };
      expect(await told("1000")).toMatch(/^Specification 1,000, rank/);
      expect(await told("2")).toBe("Specification 2 is not among the choices that are shown.");
      expect(await told("6")).toBe("Specification 6 has no estimate.");
      await page.click(".explore .reset");
      expect(await page.innerText(".explore .count >> nth=0")).toContain("1,022 of 1,022");
    });
  });

  it.each([360, 1280])("20,480 on a screen of %d pixels: nothing is wider, and something is drawn", async (width) => {
    await open(20480, { viewport: { width, height: 800 } }, async (page) => {
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
      await page.evaluate("new Promise((resume) => requestAnimationFrame(() => requestAnimationFrame(resume)))");
      expect(await page.evaluate("((c) => c.getContext('2d').getImageData(0, 0, c.width, c.height).data.some((value) => value > 0))(document.querySelector('.explore canvas'))")).toBe(true);
    });
  });

  it("in print there is the static figure alone", async () => {
    await open(54, {}, async (page) => {
      await page.emulateMedia({ media: "print" });
      expect(await page.evaluate("[getComputedStyle(document.querySelector('.explore')).display, document.querySelectorAll('figure svg').length].join(' ')")).toBe("none 3");
    });
  });

  it("without scripts the part stays hidden", async () => {
    await open(54, {}, async (page) => {
      const context = await browser.newContext({ javaScriptEnabled: false });
      const plain = await context.newPage();
      await plain.goto(page.url());
      expect(await plain.locator(".explore").isVisible()).toBe(false);
      await context.close();
    });
  });
});
