import { learners } from "../learners/registry.js";
import { hashJson, NUMERICS } from "../plan/keys.js";
import { FORMAT } from "./message.js";

/**
 * 12 hexadecimal digits for all that decides the bits of a fit: the numerics of the host and of every learner, and the
 * form of the messages. Workers take tasks of their own numerics alone.
 */
export function numericsOf(): string {
  const versions = Object.fromEntries(Object.values(learners).map(({ name, numerics }) => [name, numerics]));
  return hashJson({ numerics: NUMERICS, learners: versions, message: FORMAT }).slice(0, 12);
}
