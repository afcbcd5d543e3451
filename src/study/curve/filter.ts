import { InputError, suggestion } from "../../errors.js";
import type { Column, Panel } from "../../panel/panel.js";
import { type Expression, evaluateMask, parseExpression } from "../where.js";
import { type CurveTable, ELSEWHERE } from "./table.js";

/**
 * Which specifications a condition on labels chooses, such as `learner == Forest & sample != All`: 1 or 0 for each. Names
 * that are no dimension are labels, numbers too, and quotes may be left out. Throws an InputError for a label that no
 * dimension has. Cost: a few steps a specification.
 */
export function chosenBy(condition: string, table: CurveTable): Uint8Array {
  const { dimensions, size } = table;
  const labels = new Set([ELSEWHERE, ...dimensions.flatMap(({ options }) => options)]);
  const names = dimensions.map(({ name }) => name);
  const known = (text: string): string => {
    if (!labels.has(text)) throw new InputError(`no dimension of \`${table.id}\` has the option \`${text}\`, and there is no such dimension. ${suggestion(text, [...names, ...labels])}`);
    return text;
  };
  const label = (text: string): Expression => ({ kind: "text", value: known(text) });
  const read = (node: Expression): Expression => {
    switch (node.kind) {
      case "name":
        return names.includes(node.name) ? node : label(node.name);
      case "number":
        return label(String(node.value));
      case "text":
        return label(node.value);
      case "compare":
        return { ...node, operands: node.operands.map(read) };
      case "in":
        return { ...node, operand: read(node.operand), items: node.items.map((item) => known(String(item))) };
      case "not":
        return { ...node, operand: read(node.operand) };
      case "and":
      case "or":
        return { ...node, operands: node.operands.map(read) };
      default:
        throw new InputError(`a condition on the choices of \`${table.id}\` compares dimensions with labels: \`learner == Forest & sample != All\`.`);
    }
  };
  const columns = new Map(dimensions.map(({ name, options }, d): [string, Column] => {
    const codes = Int32Array.from({ length: size }, (_, i) => Math.min(table.choices(i)[d] ?? 0, options.length));
    return [name, { kind: "text", name, codes, levels: [...options, ELSEWHERE], firstText: 0 }];
  }));
  const choices: Panel = { source: `the curve ${table.id}`, rows: size, columns };
  return evaluateMask(read(parseExpression(condition)), choices);
}
