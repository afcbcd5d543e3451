import { ape } from "./ape.js";
import { apo } from "./apo.js";
import { did } from "./did.js";
import { iivm } from "./iivm.js";
import { irm } from "./irm.js";
import { mediation } from "./mediation.js";
import type { Model } from "./model.js";
import { pliv } from "./pliv.js";
import { naturalEffects } from "./naturalEffects.js";
import { plr } from "./plr.js";

/** Every model, by the name that study files use. A new model is one file and one line here. */
export const models: Readonly<Record<string, Model>> = Object.freeze({ plr, pliv, irm, iivm, apo, ape, did, mediation, [naturalEffects.name]: naturalEffects });

/** A model by its name; throws for a name that no schema lets through. */
export function modelOf(name: string): Model {
  const model = models[name];
  if (model === undefined) throw new Error(`No model ${name}.`);
  return model;
}
