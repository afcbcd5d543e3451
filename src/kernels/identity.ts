const numbers = new WeakMap<object, number>();
let numbered = 0;

/** A number of its own for each object, the same as long as it lives: for keys of what is computed from arrays nobody writes to any more. */
export function numberOf(object: object): number {
  const number = numbers.get(object) ?? ++numbered;
  numbers.set(object, number);
  return number;
}
