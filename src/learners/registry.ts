import type { Learner } from "./learner.js";
import { extratrees } from "./extratrees.js";
import { elasticcv } from "./elasticcv.js";
import { gradboost } from "./gradboost.js";
import { lassocv } from "./lassocv.js";
import { ols } from "./ols.js";
import { ridgecv } from "./ridgecv.js";
import { rf } from "./rf.js";

/** Every learner, by the name that study files use. A new learner is one file and one line here. */
export const learners: Readonly<Record<string, Learner>> = Object.freeze({ elasticcv, extratrees, gradboost, lassocv, ols, rf, ridgecv });
