import { apo } from "./apo.mjs";
import { cluster } from "./cluster.mjs";
import { iivm, irm } from "./irm.mjs";
import { panels } from "./panel.mjs";
import { pliv, plivSeveral } from "./pliv.mjs";
import { plr, turrell } from "./plr.mjs";

/** The designs of each study. */
export const designs = { models: [plr, turrell, pliv, plivSeveral, irm, iivm, apo, cluster], panels };
