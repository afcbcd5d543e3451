import type { Learner } from "./learner.js";
import { elasticcv } from "./elasticcv.js";
import { extratrees } from "./extratrees.js";
import { gradboost } from "./gradboost.js";
import { histboost } from "./histboost.js";
import { lassocv } from "./lassocv.js";
import { logit } from "./logit.js";
import { nnet } from "./nnet.js";
import { ols } from "./ols.js";
import { rf } from "./rf.js";
import { ridgecv } from "./ridgecv.js";
import { riesz } from "./riesz.js";
import { svm } from "./svm.js";

/** Every learner, by the name that study files use. A new learner is one file and one line here. */
export const learners: Readonly<Record<string, Learner>> = Object.freeze({
  elasticcv,
  extratrees,
  gradboost,
  histboost,
  lassocv,
  logit,
  nnet,
  ols,
  rf,
  ridgecv,
  riesz,
  svm,
});
