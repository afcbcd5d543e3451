/** Colours of a figure. Hues are from Okabe and Ito's set, told apart by all kinds of colour vision. */
export interface Palette {
  readonly paper: string;
  readonly ink: string;
  readonly muted: string;
  readonly grid: string;
  /** Estimates, lines, bands. */
  readonly main: string;
  /** What is set beside or against them. */
  readonly second: string;
  readonly third: string;
}

/** On white paper. */
export const LIGHT: Palette = Object.freeze({ paper: "#ffffff", ink: "#1b1f24", muted: "#5b6570", grid: "#e3e6ea", main: "#0072b2", second: "#d55e00", third: "#007a5a" });

/** On a dark screen. */
export const DARK: Palette = Object.freeze({ paper: "#14181d", ink: "#e8eaed", muted: "#a3adb8", grid: "#2d343c", main: "#56b4e9", second: "#f0883e", third: "#2fc79a" });

/** Colours that the page around it sets, so that one drawing is light or dark as the page is. */
export const PAGE: Palette = Object.freeze({ paper: "none", ink: "var(--ink)", muted: "var(--muted)", grid: "var(--grid)", main: "var(--main)", second: "var(--second)", third: "var(--third)" });
