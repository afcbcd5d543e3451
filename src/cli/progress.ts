import type { FitProgress } from "../fit/run.js";

/** A progress line on a terminal; silence in a pipe. */
export interface ProgressLine {
  readonly show: (progress: FitProgress) => void;
  readonly clear: () => void;
}

/** Milliseconds between two drawings. */
const PAUSE = 100;

/** Draws on a stream that is a terminal. Time left follows from the work done since the first call. */
export function createProgressLine(stream: NodeJS.WriteStream): ProgressLine {
  if (!stream.isTTY) return { show: () => undefined, clear: () => undefined };
  let start: number | null = null;
  let drawn = -Infinity;
  let visible = false;
  return {
    show(progress) {
      const now = performance.now();
      start ??= now;
      if (now - drawn < PAUSE) return;
      drawn = now;
      visible = true;
      stream.write(`\r\x1b[2K${progressText(progress, now - start).slice(0, (stream.columns || 80) - 1)}`);
    },
    clear() {
      if (visible) stream.write("\r\x1b[2K");
      visible = false;
    },
  };
}

/** The bar, the share of the work that is done, the time left, the nuisances: `████░░░░ 50 %, 9 s left (2 of 4 nuisances)`. */
export function progressText({ work, done, found, tasks, fitted, stored }: FitProgress, elapsed: number): string {
  const share = work === 0 ? 1 : done / work;
  const left = (elapsed * (work - done)) / (done - found);
  // Early guesses are worse than none.
  const time = done - found > 0 && elapsed > 500 ? `, ${duration(left)} left` : "";
  return `${bar(share)} ${Math.floor(share * 100)} %${time} (${fitted + stored} of ${tasks} ${tasks === 1 ? "nuisance" : "nuisances"})`;
}

function bar(share: number): string {
  const full = Math.round(share * 20);
  return `${"█".repeat(full)}${"░".repeat(20 - full)}`;
}

/** less than 1 s, 45 s, 3 min, 2 h 10 min. */
export function duration(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 1) return "less than 1 s";
  if (seconds < 90) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
