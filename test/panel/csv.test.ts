import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { InputError } from "../../src/errors.js";
import { type CsvOptions, readCsv } from "../../src/panel/csv.js";
import type { Column, NumberColumn, Panel, TextColumn } from "../../src/panel/panel.js";

const read = (text: string, options: CsvOptions = {}): Panel => readCsv(text, "city.csv", options);

function column(panel: Panel, name: string): Column {
  const found = panel.columns.get(name);
  if (found === undefined) throw new Error(`no column ${name}`);
  return found;
}
const numbers = (panel: Panel, name: string): number[] => [...(column(panel, name) as NumberColumn).values];
const words = (panel: Panel, name: string): (string | undefined)[] => {
  const { codes, levels } = column(panel, name) as TextColumn;
  return [...codes].map((code) => levels[code]);
};

function messageOf(text: string, options: CsvOptions = {}): string {
  try {
    read(text, options);
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    return (error as InputError).message;
  }
  throw new Error("was read without an error");
}

describe("cells and rows", () => {
  it("reads numbers and text, and says on which line each row starts", () => {
    const panel = read("city,year,x\nBeijing,2009,1.5\nShanghai,2010,-2e3\n");
    expect(panel.rows).toBe(2);
    expect([...panel.columns.keys()]).toEqual(["city", "year", "x"]);
    expect(words(panel, "city")).toEqual(["Beijing", "Shanghai"]);
    expect(numbers(panel, "x")).toEqual([1.5, -2000]);
    expect([...(panel.lines ?? [])]).toEqual([2, 3]);
  });

  it.each([["LF", "\n"], ["CRLF", "\r\n"], ["CR", "\r"]])("takes %s for a line end, with or without one at the end", (_, end) => {
    for (const last of ["", end, end + end + end]) {
      const panel = read(["a,b", "1,2", "3,4"].join(end) + last);
      expect(numbers(panel, "b")).toEqual([2, 4]);
      expect([...(panel.lines ?? [])]).toEqual([2, 3]);
    }
  });

  it("strips a byte order mark and spaces around names and unquoted cells", () => {
    const panel = read("\ufeff a , b\n 1 ,  x y \n");
    expect(numbers(panel, "a")).toEqual([1]);
    expect(words(panel, "b")).toEqual(["x y"]);
  });

  it("keeps delimiters, doubled quotes, spaces and line ends inside quotes, and counts their lines", () => {
    const panel = read('name,x\n"a, ""b""\r\nc ",1\n"",2\nd,3\n');
    expect(words(panel, "name")).toEqual(['a, "b"\r\nc ', undefined, "d"]);
    expect([...(panel.lines ?? [])]).toEqual([2, 4, 5]);
  });

  it("takes quoted numbers for numbers and a quote inside a cell for itself", () => {
    const panel = read('x,size\n"1.5",5" pipe\n"NA",b\n');
    expect(numbers(panel, "x")).toEqual([1.5, NaN]);
    expect(words(panel, "size")).toEqual(['5" pipe', "b"]);
  });

  it("reads Chinese names and cells", () => {
    const panel = read("城市,年份\n北京,2009\n上海,2009\n北京,2010\n");
    expect(column(panel, "城市")).toMatchObject({ levels: ["北京", "上海"], firstText: 0 });
    expect([...(column(panel, "城市") as TextColumn).codes]).toEqual([0, 1, 0]);
  });

  it("keeps a blank line as a missing value where there is one column", () => {
    expect(numbers(read("x\n1\n\n3\n"), "x")).toEqual([1, NaN, 3]);
  });
});

describe("columns", () => {
  it("knows the usual missing tokens, in numbers and in text", () => {
    const panel = read("x,t\n1,a\n,\nNA,NA\nN/A,N/A\nNaN,NaN\nnan,nan\nnull,null\nNULL,NULL\n.,.\n2,b\n");
    expect(numbers(panel, "x")).toEqual([1, ...Array<number>(8).fill(NaN), 2]);
    expect([...(column(panel, "t") as TextColumn).codes]).toEqual([0, ...Array<number>(8).fill(-1), 1]);
  });

  it("adds the tokens it is given, and takes a numeric one by value", () => {
    const panel = read("x,t\n-99,none\n-99.0,a\n-9.9e1,-99\n99,b\n", { missing: ["-99", "none"] });
    expect(numbers(panel, "x")).toEqual([NaN, NaN, NaN, 99]);
    expect(words(panel, "t")).toEqual([undefined, "a", undefined, "b"]);
  });

  it("takes a column without values for a numeric one", () => {
    expect(numbers(read("x,y\n,1\nNA,2\n"), "x")).toEqual([NaN, NaN]);
  });

  it("goes back to the cells as they were written when text comes after numbers", () => {
    const panel = read("code,x\n007,1\n,2\n 1.0 ,3\n\"7\"\"\",4\n1.0,5\n");
    expect(column(panel, "code")).toMatchObject({ levels: ["007", "1.0", '7"'], firstText: 3 });
    expect(words(panel, "code")).toEqual(["007", undefined, "1.0", '7"', "1.0"]);
  });

  it.each(["Infinity", "-inf", "1e999", "0x10", "1_000", "1e", "1e+", "--1", "1.2.3", "+", "1 000", "12abc"])("takes %s for text", (cell) => {
    expect(words(read(`x,y\n${cell},1\n`), "x")).toEqual([cell]);
  });

  it("takes thousands separators for text, in every dialect", () => {
    expect(words(read('x,y\n"1,000.5",1\n'), "x")).toEqual(["1,000.5"]);
    expect(words(read("x;y\n1.000,5;1,5\n"), "x")).toEqual(["1.000,5"]);
  });

  it("parses a number to the bit as Number does", () => {
    const digits = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 25 }).map((list) => list.join(""));
    const written = fc.tuple(fc.constantFrom("", "-", "+"), digits, fc.option(digits), fc.option(fc.tuple(fc.constantFrom("e", "E"), fc.constantFrom("", "-", "+"), fc.integer({ min: 0, max: 280 }))))
      .map(([sign, whole, fraction, power]) => sign + whole + (fraction === null ? "" : `.${fraction}`) + (power === null ? "" : power.join("")));
    const shortest = fc.double({ noNaN: true, noDefaultInfinity: true }).map(String);
    fc.assert(fc.property(fc.oneof(written, shortest, fc.constantFrom("-0", ".5", "5.", "-.5e-3", "9007199254740993")), (cell) => {
      const value = numbers(read(`x,y\n${cell},1\n`), "x")[0];
      expect(Object.is(value, Number(cell))).toBe(true);
    }), { numRuns: 3000 });
  });
});

describe("dialects found in the text", () => {
  it("finds the delimiter outside quotes", () => {
    expect([...read('"a,b,c,d";x\n"1,2,3,4";2\n').columns.keys()]).toEqual(["a,b,c,d", "x"]);
    expect([...read("a\tb, c\n1\t2\n").columns.keys()]).toEqual(["a", "b, c"]);
    expect([...read("a|b\n1|2\n").columns.keys()]).toEqual(["a", "b"]);
  });

  it("finds the decimal comma behind `;` and tab, also far down", () => {
    expect(numbers(read("x;y\n1,5;2\n-,5e1;3\n"), "x")).toEqual([1.5, -5]);
    expect(numbers(read("x\ty\n1\t\n2\t\"3,25\"\n"), "y")).toEqual([NaN, 3.25]);
    const far = read(`x;y\n${"1;2\n".repeat(50_000)}1;2,5\n`);
    expect(numbers(far, "y").at(-1)).toBe(2.5);
  });

  it("keeps the decimal point behind `;` where there is no comma number", () => {
    expect(numbers(read("x;y\n1.5;a,b\n"), "x")).toEqual([1.5]);
  });

  it("asks which decimal sign is meant when both stand in the file, and takes the answer", () => {
    const text = "x;y\n1,5;2\n2,5;3.5\n";
    expect(messageOf(text)).toBe("city.csv has numbers with a decimal comma (line 2) and with a decimal point (line 3). " +
      'Set `decimal` to "," or "."; what is written the other way is then text.');
    expect(numbers(read(text, { decimal: "," }), "x")).toEqual([1.5, 2.5]);
    expect(words(read(text, { decimal: "," }), "y")).toEqual(["2", "3.5"]);
  });
});

describe("what it refuses", () => {
  it.each(["", "\ufeff", "\n\n", "  \r\n "])("an empty file (%j)", (text) => {
    expect(messageOf(text)).toBe("city.csv is empty. Give a file with column names in its first line.");
  });

  it("a header without rows", () => {
    expect(messageOf("a,b\n\n")).toContain("city.csv has column names but no rows.");
  });

  it("names that are empty or stand twice", () => {
    expect(messageOf('"",a,\n1,2,3\n')).toContain("city.csv, line 1: columns 1, 3 have no name.");
    expect(messageOf("a,b, a\n1,2,3\n")).toContain("city.csv, line 1: more than one column is called `a`.");
  });

  it("a row that is too short, too long or blank", () => {
    expect(messageOf("a,b,c\n1,2,3\n1,2\n")).toContain("city.csv, line 3 has 2 cells where the header has 3.");
    expect(messageOf("a,b\n1,2\n1,2,3,4\n")).toContain("city.csv, line 3 has 4 cells where the header has 2.");
    expect(messageOf("a,b\n1,2\n\n3,4\n")).toBe("city.csv, line 3 has 1 cell where the header has 2. Delete the blank line.");
    expect(messageOf('a,b\n"x\ny",2\n1\n')).toContain("city.csv, line 4 has 1 cell");
  });

  it("a quote that is not closed, with the line where it opens", () => {
    expect(messageOf('a,b\n1,2\n3,"x\n5,6\n')).toContain("city.csv, line 3: the quote that opens a cell here is never closed.");
    expect(messageOf('a,b\n1,"x\n2,"y"\n')).toContain("city.csv, line 2: the quote that opens a cell here is closed on line 3 with the cell going on behind it.");
  });
});

describe("any table", () => {
  const dialects: readonly Required<Pick<CsvOptions, "delimiter" | "decimal">>[] = [
    { delimiter: ",", decimal: "." },
    { delimiter: ";", decimal: "." },
    { delimiter: ";", decimal: "," },
    { delimiter: "\t", decimal: "." },
    { delimiter: "\t", decimal: "," },
    { delimiter: "|", decimal: "." },
  ];
  const missing = new Set(["", "NA", "N/A", "NaN", "nan", "null", "NULL", "."]);
  const word = fc.oneof(
    fc.string({ unit: "grapheme", maxLength: 20 }),
    fc.string({ unit: fc.constantFrom(",", ";", "\t", "|", '"', "\n", "\r", " ", "a", "北"), maxLength: 8 }),
  ).map((text) => `w${text}`);
  const cells = (rows: number) => fc.oneof(
    fc.array(fc.option(fc.double({ noNaN: true, noDefaultInfinity: true })), { minLength: rows, maxLength: rows }),
    fc.array(fc.option(word), { minLength: rows, maxLength: rows }),
    fc.array(fc.option(fc.oneof(word, fc.integer().map(String))), { minLength: rows, maxLength: rows }),
  );
  const table = fc.integer({ min: 1, max: 12 }).chain((rows) =>
    fc.array(fc.tuple(fc.string({ unit: "grapheme", maxLength: 6 }), cells(rows)), { minLength: 2, maxLength: 5 }));

  const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
  const isNumber = (text: string): boolean => /^[-+]?\d+$/.test(text);

  function write(columns: readonly (readonly [string, readonly (string | number | null)[]])[], dialect: (typeof dialects)[number], end: string): string {
    const cell = (value: string | number | null): string => {
      if (value === null) return "";
      if (typeof value === "number") return (Object.is(value, -0) ? "-0" : String(value)).replace(".", dialect.decimal);
      return isNumber(value) ? value : quoted(value);
    };
    const rows = columns[0]?.[1].map((_, row) => columns.map(([, values]) => cell(values[row] ?? null)).join(dialect.delimiter)) ?? [];
    const header = columns.map(([name], c) => quoted(`${name}${c}`)).join(dialect.delimiter);
    return [header, ...rows].join(end) + end;
  }

  function expectEqual(found: Column, values: readonly (string | number | null)[]): void {
    const firstText = values.findIndex((value) => typeof value === "string" && !isNumber(value) && !missing.has(value));
    if (firstText < 0) {
      expect(found.kind).toBe("number");
      const wanted = values.map((value) => (value === null ? NaN : Number(value)));
      (found as NumberColumn).values.forEach((value, row) => expect(Object.is(value, wanted[row])).toBe(true));
      return;
    }
    const { codes, levels, firstText: at } = found as TextColumn;
    expect([...codes].map((code) => levels[code] ?? null)).toEqual(values);
    expect(at).toBe(firstText);
    expect(levels).toEqual([...new Set(values.filter((value) => value !== null))]);
  }

  it.each(dialects)("comes back equal when written with $delimiter and $decimal", (dialect) => {
    fc.assert(fc.property(table, fc.constantFrom("\n", "\r\n", "\r"), (columns, end) => {
      const panel = read(write(columns, dialect, end), dialect);
      const found = [...panel.columns.values()];
      expect(found.map((column) => column.name)).toEqual(columns.map(([name], c) => `${name}${c}`.trim()));
      columns.forEach(([, values], c) => expectEqual(found[c] as Column, values));
    }), { numRuns: 300 });
  });

  it("is read in the same dialect when nothing is said, if it is simple", () => {
    const simple = fc.array(fc.tuple(fc.integer({ min: 1, max: 10_000 }), fc.integer({ min: -999, max: 999 }).map((n) => n + 0.5)), { minLength: 1, maxLength: 20 });
    fc.assert(fc.property(simple, fc.constantFrom(...dialects), (rows, dialect) => {
      const columns = [["city", rows.map(([id]) => `c${id}`)], ["year", rows.map(([id]) => id)], ["x", rows.map(([, x]) => x)]] as const;
      const panel = read(write(columns, dialect, "\n"));
      columns.forEach(([, values], c) => expectEqual([...panel.columns.values()][c] as Column, values));
    }), { numRuns: 300 });
  });

  it("is read, or refused with an InputError, whatever the text", () => {
    const noise = fc.string({ unit: fc.constantFrom("a", "1", ".", ",", ";", '"', "\n", "\r", " ", "\t", "|", "-", "e"), maxLength: 60 });
    fc.assert(fc.property(noise, (text) => {
      try {
        const panel = read(text);
        for (const { length } of [...panel.columns.values()].map((c) => (c.kind === "number" ? c.values : c.codes))) expect(length).toBe(panel.rows);
      } catch (error) {
        expect(error).toBeInstanceOf(InputError);
      }
    }), { numRuns: 5000 });
  });
});
