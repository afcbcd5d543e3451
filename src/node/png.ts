import { InputError } from "../errors.js";
import type { Rasterize } from "../report/outputs.js";

/** Pixels for each pixel of the drawing: sharp in print and on a dense screen. */
const SCALE = 2;

/**
 * Draws SVG as PNG with resvg, an optional dependency, and the system's fonts (their outlines differ from machine to
 * machine, so PNG bytes do; SVG bytes do not). `font`: a font file besides, such as one for Chinese.
 * Throws an InputError where resvg is not installed.
 */
export function createRasterizer(font: string | undefined): Rasterize {
  return async (svg) => {
    const { Resvg } = await loadResvg();
    const drawing = new Resvg(svg, { fitTo: { mode: "zoom", value: SCALE }, font: { loadSystemFonts: true, ...(font === undefined ? {} : { fontFiles: [font] }) } });
    return drawing.render().asPng();
  };
}

async function loadResvg(): Promise<typeof import("@resvg/resvg-js")> {
  try {
    return await import("@resvg/resvg-js");
  } catch {
    throw new InputError("PNG figures need the package @resvg/resvg-js, which is not installed here. Run `npm install @resvg/resvg-js`, or ask for svg.");
  }
}
