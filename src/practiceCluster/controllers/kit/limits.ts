/** A number, or a share of `total` ("25%") that is rounded as the field asks for; nothing is 0. */
export function scaledValue(value: number | string | undefined, total: number, round: "up" | "down"): number {
  if (typeof value === "number" || value === undefined) {
    return value ?? 0;
  }
  const share = (Number.parseInt(value, 10) * total) / 100;
  return round === "up" ? Math.ceil(share) : Math.floor(share);
}
