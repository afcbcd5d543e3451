import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { tmpdir } from "node:os";
import { afterAll, describe, expect, it } from "vitest";
import { LIGHT } from "../../src/report/figures/palette.js";
import { type OutputFiles, outputFiles } from "../../src/report/outputs.js";
import { createRasterizer } from "../../src/node/png.js";
import type { StudyResult } from "../../src/index.js";
import type { Format } from "../../src/study/output.js";
import { smallResult } from "../helpers/outputs.js";

const has = (program: string): boolean => spawnSync("which", [program]).status === 0;
const folder = mkdtempSync(join(tmpdir(), "neyman-documents-"));
afterAll(() => rmSync(folder, { recursive: true }));

const filesOf = async (result: StudyResult, ...formats: Format[]): Promise<OutputFiles> => outputFiles(result, { formats, palette: LIGHT, rasterize: createRasterizer(undefined), only: null });

function write(files: OutputFiles): void {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
}

/** pdflatex has no Chinese: the same results with Latin labels, whose other letters are as wild. */
function latin(result: StudyResult): StudyResult {
  const labels = Object.fromEntries(Object.entries(result.study.labels).map(([name, label]) => [name, label.replace(/[\u4e00-\u9fff]/g, "x")]));
  return { ...result, study: { ...result.study, labels } };
}

describe.skipIf(!has("pdflatex"))("LaTeX (skipped where there is no pdflatex: apt-get install texlive-latex-base texlive-latex-recommended texlive-latex-extra)", () => {
  it("compiles, without a complaint", async () => {
    write(await filesOf(latin(await smallResult()), "latex"));
    const { status } = spawnSync("pdflatex", ["-interaction=nonstopmode", "-halt-on-error", "tables.tex"], { cwd: folder });
    const log = readFileSync(join(folder, "tables.log"), "latin1");
    expect([status, log.match(/^(!|LaTeX Warning: .*undefined|.*Missing character).*/gm)]).toEqual([0, null]);
    expect(statSync(join(folder, "tables.pdf")).size).toBeGreaterThan(10_000);
  });
});

describe.skipIf(!has("soffice"))("Word (skipped where there is no soffice: apt-get install libreoffice-writer)", () => {
  it("docx and rtf open in LibreOffice and become PDF, all texts in them", async () => {
    const { "tables.docx": docx = "", "tables.rtf": rtf = "" } = await filesOf(await smallResult(), "docx", "rtf");
    write({ "word.docx": docx, "rich.rtf": rtf });
    spawnSync("soffice", [`-env:UserInstallation=file://${folder}/profile`, "--headless", "--convert-to", "pdf", "--outdir", folder, join(folder, "word.docx"), join(folder, "rich.rtf")], { timeout: 120_000 });
    for (const name of ["word", "rich"]) {
      expect(statSync(join(folder, `${name}.pdf`)).size, name).toBeGreaterThan(10_000);
      if (!has("pdftotext")) continue;
      const text = spawnSync("pdftotext", [join(folder, `${name}.pdf`), "-"]).stdout.toString("utf8").replace(/\s+/g, "");
      for (const wild of ["工资", "控制", "$x^2$", "Simulateddata."]) expect(text, name).toContain(wild);
    }
  }, 150_000);
});

it("PNG figures are pictures of twice the size", async () => {
  const { "figures/main-estimates.png": png } = await outputFiles(await smallResult(), { formats: ["png"], palette: LIGHT, rasterize: createRasterizer(undefined), only: ["main-estimates"] });
  const view = new DataView((png as Uint8Array).buffer, (png as Uint8Array).byteOffset);
  expect(view.getUint32(0)).toBe(0x89504e47);
  expect(view.getUint32(16)).toBe(1360);
});
