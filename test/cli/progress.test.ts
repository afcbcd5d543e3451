import { describe, expect, it } from "vitest";
import { createProgressLine, duration, progressText } from "../../src/cli/progress.js";

const progress = { work: 1000, done: 0, found: 0, tasks: 8, fitted: 0, stored: 0 };

describe("the progress line", () => {
  it("shows the share of the work, and no time before it can be told", () => {
    expect(progressText(progress, 0)).toBe("░░░░░░░░░░░░░░░░░░░░ 0 % (0 of 8 nuisances)");
    expect(progressText({ ...progress, done: 100 }, 100)).toBe("██░░░░░░░░░░░░░░░░░░ 10 % (0 of 8 nuisances)");
  });

  it("tells the time left from the work of this run: what was stored took none", () => {
    expect(progressText({ ...progress, done: 250, fitted: 2 }, 10_000)).toBe("█████░░░░░░░░░░░░░░░ 25 %, 30 s left (2 of 8 nuisances)");
    expect(progressText({ ...progress, done: 750, found: 500, stored: 4, fitted: 2 }, 10_000)).toBe("███████████████░░░░░ 75 %, 10 s left (6 of 8 nuisances)");
  });

  it("is full where there is nothing to do", () => {
    expect(progressText({ ...progress, work: 0, tasks: 1, stored: 1 }, 0)).toBe("████████████████████ 100 % (1 of 1 nuisance)");
  });

  it("says nothing in a pipe, and leaves no trace on a terminal", () => {
    const written: string[] = [];
    const stream = (isTTY: boolean): NodeJS.WriteStream => ({ isTTY, columns: 40, write: (text: string) => written.push(text) }) as unknown as NodeJS.WriteStream;
    const inPipe = createProgressLine(stream(false));
    inPipe.show(progress);
    inPipe.clear();
    expect(written).toEqual([]);
    const onTerminal = createProgressLine(stream(true));
    onTerminal.clear();
    expect(written).toEqual([]);
    onTerminal.show({ ...progress, done: 1000 });
    onTerminal.clear();
    onTerminal.clear();
    expect(written).toEqual(["\r\x1b[2K████████████████████ 100 % (0 of 8 nuis", "\r\x1b[2K"]);
  });
});

it.each([
  [400, "less than 1 s"], [1000, "1 s"], [89_000, "89 s"], [180_000, "3 min"], [5_400_000, "1 h 30 min"], [7_800_000, "2 h 10 min"],
])("%i ms are %s", (milliseconds, text) => {
  expect(duration(milliseconds)).toBe(text);
});
