import { InputError } from "../../errors.js";
import { Cursor } from "./cursor.js";
import { type Layout, layoutOf, type StorageType, storageType } from "./layout.js";
import { type Decode, stataDecoder } from "./text.js";

/** A variable as the header describes it. */
export interface Variable {
  readonly name: string;
  readonly type: StorageType;
  /** Where it stands in a row, in bytes. */
  readonly offset: number;
  /** Stata's display format, `%9.0g` or `%td`. */
  readonly format: string;
  /** The name of its value labels, or `""`. */
  readonly valueLabels: string;
  readonly label: string;
}

/** All that stands before the data, the cursor at their first byte. */
export interface Header {
  readonly layout: Layout;
  readonly decode: Decode;
  readonly rows: number;
  /** Bytes of a row. */
  readonly rowWidth: number;
  readonly variables: readonly Variable[];
  /** What `xtset` or `tsset` declared. */
  readonly ids: { readonly unit?: string; readonly time?: string };
}

/** Reads up to the data. Throws an `InputError` for a release that is not read, and for what is cut short or damaged. */
export function readHeader(cursor: Cursor, encoding: string | undefined): Header {
  const { layout, variables: count, rows } = cursor.took("<stata_dta>") ? taggedSizes(cursor) : fixedSizes(cursor);
  const decode = stataDecoder(layout, cursor.source, encoding);
  if (count === 0) throw new InputError(`${cursor.source} holds no variables.`);
  const types = section(cursor, layout, "variable_types", () => times(cursor, count, layout.tagged ? 2 : 1, () => cursor.integer(layout.tagged ? 2 : 1)));
  const texts = (tag: string, width: number): readonly Uint8Array[] => section(cursor, layout, tag, () => times(cursor, count, width, () => cursor.field(width)));
  const names = texts("varnames", layout.name);
  section(cursor, layout, "sortlist", () => cursor.skip((count + 1) * layout.count));
  const formats = texts("formats", layout.format);
  const valueLabels = texts("value_label_names", layout.name);
  const labels = texts("variable_labels", layout.variableLabel);
  const ids = readIds(cursor, layout, decode);
  let rowWidth = 0;
  const variables = types.map((code, i): Variable => {
    const type = storageType(code, layout);
    const empty = new Uint8Array(0);
    const name = decode(names[i] ?? empty, `the name of variable ${i + 1}`);
    if (type === undefined) throw cursor.damaged(`variable \`${name}\` has type ${code}, which there is not`);
    rowWidth += type.width;
    return {
      name, type, offset: rowWidth - type.width,
      format: decode(formats[i] ?? empty, `the format of \`${name}\``),
      valueLabels: decode(valueLabels[i] ?? empty, `the name of the value labels of \`${name}\``),
      label: decode(labels[i] ?? empty, `the label of \`${name}\``),
    };
  });
  return { layout, decode, rows, rowWidth, variables, ids };
}

interface Sizes {
  readonly layout: Layout;
  readonly variables: number;
  readonly rows: number;
}

function fixedSizes(cursor: Cursor): Sizes {
  const layout = requireLayout(cursor, cursor.integer(1));
  cursor.little = cursor.integer(1) === 2;
  cursor.skip(2);
  const variables = cursor.integer(2);
  const rows = cursor.integer(4);
  cursor.skip(81 + 18); // label and time stamp
  return { layout, variables, rows };
}

function taggedSizes(cursor: Cursor): Sizes {
  cursor.expect("<header><release>");
  const layout = requireLayout(cursor, Number(String.fromCharCode(...cursor.field(3))));
  cursor.expect("</release><byteorder>");
  const order = String.fromCharCode(...cursor.field(3));
  if (order !== "LSF" && order !== "MSF") throw cursor.damaged("its byte order is neither LSF nor MSF");
  cursor.little = order === "LSF";
  cursor.expect("</byteorder><K>");
  const variables = cursor.integer(layout.count);
  cursor.expect("</K><N>");
  const rows = cursor.integer(layout.rows);
  cursor.expect("</N><label>");
  cursor.skip(cursor.integer(layout.release === 117 ? 1 : 2));
  cursor.expect("</label><timestamp>");
  cursor.skip(cursor.integer(1));
  cursor.expect("</timestamp></header><map>");
  cursor.skip(14 * 8); // offsets of the sections, which follow one another without gaps
  cursor.expect("</map>");
  return { layout, variables, rows };
}

function requireLayout(cursor: Cursor, release: number): Layout {
  const layout = layoutOf(release);
  if (layout !== undefined) return layout;
  if (release >= 100 && release < 113) throw new InputError(`${cursor.source} was saved by Stata 7 or older (format ${release}), which is not read. Open and save it in a later Stata.`);
  throw cursor.damaged(`its format is ${release}, and those of Stata 8 to 19 are 113 to 115 and 117 to 119`);
}

function section<T>(cursor: Cursor, { tagged }: Layout, tag: string, read: () => T): T {
  if (tagged) cursor.expect(`<${tag}>`);
  const value = read();
  if (tagged) cursor.expect(`</${tag}>`);
  return value;
}

/** `count` fields of `width` bytes; refused before any is made if they are not there. */
function times<T>(cursor: Cursor, count: number, width: number, read: () => T): readonly T[] {
  if (count * width > cursor.bytes.length - cursor.at) throw cursor.cutShort();
  return Array.from({ length: count }, read);
}

/** Characteristics say what `xtset` declared; all others are stepped over. */
function readIds(cursor: Cursor, layout: Layout, decode: Decode): Header["ids"] {
  const found = new Map<string, string>();
  const readOne = (length: number): void => {
    const end = cursor.skip(length) + length;
    if (length < 2 * layout.name) return;
    cursor.at = end - length;
    const [of, name] = [cursor.field(layout.name), cursor.field(layout.name)].map((bytes) => String.fromCharCode(...bytes));
    if (of === "_dta" && ["_TSpanel", "_TStvar", "iis", "tis"].includes(name ?? "")) found.set(name ?? "", decode(cursor.field(end - cursor.at), "a characteristic"));
    cursor.at = end;
  };
  if (layout.tagged) {
    cursor.expect("<characteristics>");
    while (cursor.took("<ch>")) {
      readOne(cursor.integer(4));
      cursor.expect("</ch>");
    }
    cursor.expect("</characteristics>");
  } else {
    for (let more = true; more; ) {
      const kind = cursor.integer(1);
      const length = cursor.integer(4);
      more = kind !== 0 || length !== 0;
      if (more) readOne(length);
    }
  }
  const [unit, time] = [found.get("_TSpanel") ?? found.get("iis"), found.get("_TStvar") ?? found.get("tis")];
  return { ...(unit === undefined ? {} : { unit }), ...(time === undefined ? {} : { time }) };
}
