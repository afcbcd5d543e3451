import { dot } from "../../fit/residuals.js";
import type { Matrix } from "../../fit/inverse.js";
import { clusterCovariance } from "../errors/cluster.js";
import { conleyCovariance } from "../errors/conley.js";
import { driscollKraayCovariance } from "../errors/driscollKraay.js";
import { scaled } from "../errors/sums.js";
import type { ErrorSetting } from "../variance.js";

/**
 * The covariance of the sums over rows of z_q e_f, of the setting's kind and with its small-sample factor; by error f,
 * then instrument q. Homoskedastic: (e_f' e_g) / (n - k) Z'Z; hc0, and hc2 and hc3, which correct for a fit of which
 * there is none here: the sum of products; hc1 times n / (n - k); the others as for coefficients. O(n (Q F)^2).
 */
export function momentCovariance(z: readonly Float64Array[], errors: readonly Float64Array[], setting: ErrorSetting): Matrix {
  const n = z[0]?.length ?? 0;
  const columns = errors.flatMap((e) => z.map((column) => column.map((value, i) => value * (e[i] ?? NaN))));
  switch (setting.kind) {
    case "homoskedastic": {
      const [zz, ee] = [gram(z), gram(errors)];
      return errors.flatMap((_, f) => z.map((_, q) => errors.flatMap((_, g) => z.map((_, r) => ((ee[f]?.[g] ?? NaN) * (zz[q]?.[r] ?? NaN)) / (n - setting.parameters)))));
    }
    case "cluster":
      return clusterCovariance(columns, setting);
    case "conley":
      return conleyCovariance(columns, setting);
    case "driscoll-kraay":
      return driscollKraayCovariance(columns, setting);
    case "hc1":
      return scaled(gram(columns), n / (n - setting.parameters));
    default:
      return gram(columns);
  }
}

/** The setting without small-sample factors. */
export function uncorrected(setting: ErrorSetting): ErrorSetting {
  if (setting.kind === "hc1") return { ...setting, kind: "hc0" };
  return "correction" in setting ? { ...setting, correction: false } : setting;
}

/** Sums of products of columns. */
export function gram(columns: readonly Float64Array[]): Matrix {
  return columns.map((a) => columns.map((b) => dot(a, b)));
}
