import { waldText } from "./joint.js";
import { labelOf } from "./notes.js";
import type { StudyResult } from "./results.js";

/** For each `by` of a table, whether the effects of its columns are equal; the effect is named where there are several. */
export function equalityNotes(table: string, result: StudyResult): readonly string[] {
  const own = result.equality.filter((one) => one.table === table);
  return own.flatMap(({ by, effect, members, test, warnings }) => {
    const among = own.some((one) => one.by === by && one.effect !== effect) ? `, ${labelOf(result, effect)}` : "";
    const columns = members.map((id) => `(${result.rows.find((row) => row.specification.id === id)?.specification.column ?? ""})`).join(", ");
    return [
      ...(test === null ? [] : [`${columns} Equal effects by ${labelOf(result, by)}${among}: ${waldText(test)}.`]),
      ...warnings.map((text) => `Warning: test of equal effects by ${labelOf(result, by)}${among}: ${text}`),
    ];
  });
}
