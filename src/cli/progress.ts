import type { FitProgress } from "../fit/run.js";

/** A progress line on a terminal; silence in a pipe. */
export interface ProgressLine {
  show(progress: FitProgress): void;
  clear(): void;
}

/** Time left follows from the work done in this run, not from the number of tasks. */
export function createProgressLine(stream: NodeJS.WriteStream): ProgressLine {
  if (!stream.isTTY) return { show: () => undefined, clear: () => undefined };
  const start = performance.now();
  let first: number | null = null;
  let shown = 0;
  return {
    show(progress) {
      first ??= progress.done;
      const now = performance.now();
      if (now - shown < 100) return;
      shown = now;
      const share = progress.work === 0 ? 1 : progress.done / progress.work;
      const left = ((now - start) * (progress.work - progress.done)) / Math.max(1, progress.done - first);
      const time = progress.done > first ? `, ${duration(left)} left` : "";
      stream.write(`\r\x1b[2K${bar(share)} ${Math.floor(share * 100)} %${time}  (${progress.fitted + progress.stored} of ${progress.tasks} nuisances)`);
    },
    clear: () => void stream.write("\r\x1b[2K"),
  };
}

function bar(share: number): string {
  const full = Math.round(share * 20);
  return `${"█".repeat(full)}${"░".repeat(20 - full)}`;
}

/** 45 s, 3 min, 2 h 10 min. */
export function duration(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 90) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
