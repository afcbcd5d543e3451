import { apo } from "./apo.mjs";
import { cluster } from "./cluster.mjs";
import { iivm, irm } from "./irm.mjs";
import { panelLearners, panels } from "./panel.mjs";
import { panelModels } from "./panelModels.mjs";
import { pliv, plivSeveral } from "./pliv.mjs";
import { plr, turrell } from "./plr.mjs";

/** The designs of each study. `version` is raised when what a draw of the design gives has changed: its draws no longer count. */
export const designs = { models: [plr, turrell, pliv, plivSeveral, irm, iivm, apo, cluster], panels, panelLearners, panelModels };
