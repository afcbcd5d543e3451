import type { Learner } from "./learner.js";
import { extratrees } from "./extratrees.js";
import { gradboost } from "./gradboost.js";
import { histboost } from "./histboost.js";
import { ols } from "./ols.js";
import { rf } from "./rf.js";

/** Every learner, by the name that study files use. A new learner is one file and one line here. */
export const learners: Readonly<Record<string, Learner>> = Object.freeze({ extratrees, gradboost, histboost, ols, rf });
