import { crossProducts } from "../../fit/residuals.js";
import type { Matrix } from "../../fit/matrix.js";
import { covariance, type ErrorSetting, withFactors } from "../errors/covariance.js";

/**
 * The covariance of the sums over rows of z_q e_f, of the setting's kind and with its small-sample factor; by error f,
 * then instrument q. Homoskedastic: (e_f' e_g) / (n - k) Z'Z. All other kinds: what `covariance` makes of the columns
 * z_q e_f; hc2 and hc3 are hc0, cr2 and cr3 cr1, since they correct for a fit of which there is none here. O(n (Q F)^2).
 */
export function momentCovariance(z: readonly Float64Array[], errors: readonly Float64Array[], setting: ErrorSetting): Matrix {
  if (setting.kind === "homoskedastic") return homoskedastic(crossProducts(errors, errors), crossProducts(z, z), (z[0]?.length ?? 0) - setting.parameters);
  const influence = errors.flatMap((e) => z.map((column) => column.map((value, i) => value * (e[i] ?? NaN))));
  const residuals = errors[0] as Float64Array;
  const stage = { coefficients: influence.map(() => 0), residuals, influence, inverse: [], leverage: () => new Float64Array(residuals.length), x: [], z: [] };
  return covariance(stage, withFactors(setting));
}

/** The Kronecker product of e'e and Z'Z, over the degrees of freedom. */
function homoskedastic(ee: Matrix, zz: Matrix, freedom: number): Matrix {
  return ee.flatMap((row) => zz.map((zRow) => row.flatMap((e) => zRow.map((value) => (e * value) / freedom))));
}

/** The same kind without small-sample factors. */
export function uncorrected(setting: ErrorSetting): ErrorSetting {
  return "correction" in setting ? { ...setting, correction: false } : { kind: "hc0", parameters: setting.parameters };
}
