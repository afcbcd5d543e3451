/** A fixed effect as written, `zone*crop#year`, taken apart: columns whose levels are crossed, and the slope. */
export function factorsOf(effect: string): { readonly columns: readonly string[]; readonly slope: string | null } {
  const at = effect.lastIndexOf("#");
  const levels = at < 0 ? effect : effect.slice(0, at);
  return { columns: levels.split("*").map((part) => part.trim()), slope: at < 0 ? null : effect.slice(at + 1).trim() };
}
