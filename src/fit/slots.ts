/** So many at once; of those that wait, the one with the lowest number goes next. */
export interface Slots {
  take(order: number): Promise<void>;
  give(): void;
}

/** Slots, all of them free. */
export function createSlots(free: number): Slots {
  const waiting: { readonly order: number; readonly resume: () => void }[] = [];
  return {
    async take(order) {
      if (free > 0) free--;
      else await new Promise<void>((resume) => waiting.splice(waiting.findLastIndex((one) => one.order <= order) + 1, 0, { order, resume }));
    },
    give() {
      const next = waiting.shift();
      if (next === undefined) free++;
      else next.resume();
    },
  };
}

/** Does work in a slot of its own, once one is free. */
export async function inSlot<T>(slots: Slots, order: number, work: () => Promise<T>): Promise<T> {
  await slots.take(order);
  try {
    return await work();
  } finally {
    slots.give();
  }
}
