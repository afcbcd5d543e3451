/** Words that Stata keeps for itself. Source: Stata's manual [U] 11.3. */
const reserved = new Set("_all _b byte _coef _cons double float if in int long _n _N _pi _pred _rc _skip strL using with".split(" "));
const LONGEST = 32;

/** Names that Stata takes, all different: letters, digits and `_`, no digit first, 32 at most. Those that are such already stay. */
export function stataNames(names: readonly string[]): readonly string[] {
  const taken = new Set(names.filter(isStataName));
  return names.map((name) => {
    if (isStataName(name)) return name;
    const plain = [...name.replace(/[^\p{L}\p{N}_]/gu, "_")].join("");
    const begun = /^[\p{L}_]/u.test(plain) && !isReserved(plain) ? plain : `_${plain}`;
    let free = cut(begun, LONGEST);
    for (let k = 2; taken.has(free); k++) free = `${cut(begun, LONGEST - String(k).length - 1)}_${k}`;
    taken.add(free);
    return free;
  });
}

function isStataName(name: string): boolean {
  return /^[\p{L}_][\p{L}\p{N}_]*$/u.test(name) && [...name].length <= LONGEST && !isReserved(name);
}

function isReserved(name: string): boolean {
  return reserved.has(name) || /^str\d+$/.test(name);
}

/** The first so many letters. */
export function cut(text: string, letters: number): string {
  return [...text].slice(0, letters).join("");
}
