/** 1 where a value is above the threshold, or is missing and these go right. */
@inline
export function isRight(value: f32, threshold: f64, missingRight: i32): i32 {
  return <i32>(<f64>value > threshold) | (<i32>isNaN(value) & missingRight);
}

/**
 * Sends the entries of a list whose value is <= threshold to the front of a slice, each side in its old order.
 * Returns the border. No branch: half of them would be mispredicted.
 */
export function sendByValue(
  list: StaticArray<u32>, begin: i32, end: i32, spare: StaticArray<u32>, values: StaticArray<f32>, offset: i32,
  threshold: f64, missingRight: i32,
): i32 {
  return missingRight
    ? sendAbove(list, begin, end, spare, values, offset, threshold, 1)
    : sendAbove(list, begin, end, spare, values, offset, threshold, 0);
}

/** Inlined twice, so that the usual case, without missing values on the right, does not look for them. */
@inline
function sendAbove(
  list: StaticArray<u32>, begin: i32, end: i32, spare: StaticArray<u32>, values: StaticArray<f32>, offset: i32,
  threshold: f64, missingRight: i32,
): i32 {
  let left = begin;
  let right = 0;
  for (let i = begin; i < end; i++) {
    const row = list[i];
    const goesRight = isRight(values[offset + row], threshold, missingRight);
    list[left] = row;
    spare[right] = row;
    left += 1 - goesRight;
    right += goesRight;
  }
  for (let i = 0; i < right; i++) list[left + i] = spare[i];
  return left;
}

/** The same with the entries that are not of `level` in front. */
export function sendByLevel(
  list: StaticArray<u32>, begin: i32, end: i32, spare: StaticArray<u32>, codes: StaticArray<i32>, offset: i32, level: i32,
): i32 {
  let left = begin;
  let right = 0;
  for (let i = begin; i < end; i++) {
    const row = list[i];
    const goesRight = <i32>(codes[offset + row] == level);
    list[left] = row;
    spare[right] = row;
    left += 1 - goesRight;
    right += goesRight;
  }
  for (let i = 0; i < right; i++) list[left + i] = spare[i];
  return left;
}

/** The same with the entries of a rank <= cut or > top in front. */
export function sendByRank(
  list: StaticArray<u32>, begin: i32, end: i32, spare: StaticArray<u32>, ranks: StaticArray<u32>, offset: i32, cut: u32, top: u32,
): i32 {
  let left = begin;
  let right = 0;
  for (let i = begin; i < end; i++) {
    const row = list[i];
    const rank = ranks[offset + row];
    const goesRight = <i32>(rank > cut) & <i32>(rank <= top);
    list[left] = row;
    spare[right] = row;
    left += 1 - goesRight;
    right += goesRight;
  }
  for (let i = 0; i < right; i++) list[left + i] = spare[i];
  return left;
}
