import { type InputError, suggestion } from "../../errors.js";
import type { Json } from "../../json.js";
import { escaped } from "../lines.js";
import { record, type Written } from "../written.js";
import { controlOptions, type CurveOption, isControlSets } from "./controls.js";
import { type ChoiceGroup, OTHER } from "./table.js";

/** A dimension with what each of its options sets. */
export interface Dimension {
  readonly name: string;
  readonly group: ChoiceGroup | null;
  readonly options: readonly CurveOption[];
}

/** Makes the error for a place below `curve`, such as `/vary/learner`. */
export type RefuseAt = (pointer: string, message: string) => InputError;

/** The dimensions of `vary` in their order. `isOption` tells the options of a specification from other names. */
export function readDimensions(curve: Written, isOption: (name: string) => boolean, refuse: RefuseAt): readonly Dimension[] {
  const vary = record(curve["vary"]);
  const groups = record(curve["groups"]);
  const stranger = Object.keys(groups).find((name) => vary[name] === undefined);
  if (stranger !== undefined) throw refuse(`/groups/${escaped(stranger)}`, `there is no dimension \`${stranger}\`. ${suggestion(stranger, Object.keys(vary))}`);
  return Object.entries(vary).map(([name, written]) => {
    const options = isOption(name) ? ofOption(name, written, refuse) : Object.entries(record(written)).map(([label, part]): CurveOption => ({ label, part: record(part), pointer: `/${escaped(label)}` }));
    const at = (pointer: string): string => `/vary/${escaped(name)}${pointer}`;
    if (options.length >= OTHER) throw refuse(at(""), `\`${name}\` has ${options.length} options, and a dimension takes ${OTHER - 1}.`);
    const twice = options.find(({ label }, i) => options.findIndex((other) => other.label === label) < i);
    if (twice !== undefined) throw refuse(at(twice.pointer), `\`${name}\` has the option \`${twice.label}\` twice. Give each a label of its own.`);
    return { name, group: (groups[name] ?? null) as ChoiceGroup | null, options: options.map((option) => ({ ...option, pointer: at(option.pointer) })) };
  });
}

function ofOption(name: string, written: Json, refuse: RefuseAt): readonly CurveOption[] {
  if (name === "controls" && isControlSets(written)) return controlOptions(record(written), (pointer, message) => refuse(`/vary/controls${pointer}`, message));
  if (!Array.isArray(written)) return Object.entries(record(written)).map(([label, value]) => ({ label, part: { [name]: value }, pointer: `/${escaped(label)}` }));
  return (written as readonly Json[]).map((value, i) => {
    if (typeof value === "object") throw refuse(`/vary/${name}/${i}`, `an option that is a ${Array.isArray(value) ? "list" : "mapping"} needs a label. Write \`${name}: { LABEL: ... }\`.`);
    return { label: String(value), part: { [name]: value }, pointer: `/${i}` };
  });
}

/** The options of a specification that a dimension sets. */
export function setBy({ options }: Dimension): readonly string[] {
  return [...new Set(options.flatMap(({ part }) => Object.keys(part)))];
}

/** A label as a study names it: YAML reads `3` and `true` as other than texts. */
export type Label = string | number | boolean;

/** The index of an option by its label. */
export function optionAt({ name, options }: Dimension, label: Label, pointer: string, refuse: RefuseAt): number {
  const wanted = String(label);
  const index = options.findIndex((option) => option.label === wanted);
  if (index < 0) throw refuse(pointer, `\`${name}\` has no option \`${wanted}\`. ${suggestion(wanted, options.map((option) => option.label))}`);
  return index;
}

/** The dimension of that name. */
export function dimensionAt(dimensions: readonly Dimension[], name: string, pointer: string, refuse: RefuseAt): number {
  const index = dimensions.findIndex((dimension) => dimension.name === name);
  if (index < 0) throw refuse(pointer, `there is no dimension \`${name}\`. ${suggestion(name, dimensions.map((dimension) => dimension.name))}`);
  return index;
}
