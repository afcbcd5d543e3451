import { expect } from "vitest";
import { InputError } from "../../src/errors.js";

/** The message of the InputError that `work` throws; fails where it throws another error or none. */
export function messageOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    return (error as InputError).message;
  }
  throw new Error("Nothing was thrown.");
}
