/** So many at once, the others wait in their order. */
export interface Slots {
  take(): Promise<void>;
  give(): void;
}

/** Slots, all of them free. */
export function createSlots(free: number): Slots {
  const waiting: (() => void)[] = [];
  return {
    async take() {
      if (free > 0) free--;
      else await new Promise<void>((resume) => waiting.push(resume));
    },
    give() {
      const next = waiting.shift();
      if (next === undefined) free++;
      else next();
    },
  };
}
