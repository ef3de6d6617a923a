/** How many hash slots the keys of a cluster are spread over. */
export const slotCount = 16384;

/** First and last slot of a range. */
export type SlotRange = readonly [first: number, last: number];

/** The slot of a key: CRC16 (XMODEM) of the key, or of what stands in its first pair of braces (Redis Cluster specification, "Hash tags"). */
export function slotOf(key: string): number {
  const tag = /^[^{]*\{([^}]+)\}/.exec(key)?.[1];
  return crc16(Buffer.from(tag ?? key)) % slotCount;
}

function crc16(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit++) {
      crc = ((crc << 1) ^ (crc & 0x8000 ? 0x1021 : 0)) & 0xffff;
    }
  }
  return crc;
}

/** Slots as ranges, in ascending order. */
export function rangesOf(slots: Iterable<number>): SlotRange[] {
  const ranges: [number, number][] = [];
  for (const slot of [...slots].sort((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last && last[1] === slot - 1) {
      last[1] = slot;
    } else {
      ranges.push([slot, slot]);
    }
  }
  return ranges;
}

/** All slots of some ranges. */
export const slotsOf = (ranges: readonly SlotRange[]): number[] =>
  ranges.flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, index) => first + index));

/** A range as CLUSTER NODES writes it: "0-5460", or "7". */
export const rangeText = ([first, last]: SlotRange): string =>
  first === last ? String(first) : `${first}-${last}`;
