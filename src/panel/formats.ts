/** How formats are told by their first bytes, without what reads them. */

/** Whether bytes begin as a Stata file of any release does. */
export function isStata(bytes: Uint8Array): boolean {
  const begin = beginning(bytes, 11);
  return begin === "<stata_dta>" || /^[\x66-\x73][\x01\x02]\x01/.test(begin);
}

/** Whether bytes begin as a Parquet file with a plain footer does. */
export function isParquet(bytes: Uint8Array): boolean {
  return beginning(bytes, 4) === "PAR1";
}

/** Whether bytes begin as a zip archive does; an Excel workbook is one. */
export function isZip(bytes: Uint8Array): boolean {
  return beginning(bytes, 4) === "PK\x03\x04";
}

function beginning(bytes: Uint8Array, length: number): string {
  return String.fromCharCode(...bytes.subarray(0, length));
}
