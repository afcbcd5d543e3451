import type { Model } from "./model.js";
import { plr } from "./plr.js";

/** Every model, by the name that study files use. A new model is one file and one line here. */
export const models: Readonly<Record<string, Model>> = Object.freeze({ plr });
