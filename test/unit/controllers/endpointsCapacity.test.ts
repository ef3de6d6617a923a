import assert from "node:assert/strict";
import { withinCapacity } from "../../../src/practiceCluster/controllers/endpoints/capacity.ts";

const list = (count: number) => Array.from({ length: count }, (_, index) => ({ ip: `10.0.0.${index}` }));

/** Of each subset how many are ready, and how many are not. */
function counts(subsets: readonly (readonly [number, number])[]) {
  const { subsets: kept, isTruncated } = withinCapacity(
    subsets.map(([ready, unready], port) => ({
      ...(ready > 0 ? { addresses: list(ready) } : {}),
      ...(unready > 0 ? { notReadyAddresses: list(unready) } : {}),
      ports: [{ port }],
    })),
  );
  const lengths = kept.map(({ addresses = [], notReadyAddresses = [] }) => [
    addresses.length,
    notReadyAddresses.length,
  ]);
  return { lengths, isTruncated };
}

describe("Endpoints of very many Pods", () => {
  it("show all up to 1,000 addresses", () => {
    assert.deepEqual(counts([[600, 400]]), { lengths: [[600, 400]], isTruncated: false });
  });

  it("leave out those that are not ready first", () => {
    assert.deepEqual(counts([[600, 401]]), { lengths: [[600, 400]], isTruncated: true });
    assert.deepEqual(counts([[1_000, 5]]), { lengths: [[1_000, 0]], isTruncated: true });
  });

  it("leave each set of ports its share, rounded up while there is room", () => {
    const { lengths, isTruncated } = counts([
      [1_000, 10],
      [1_000, 0],
      [1_000, 0],
    ]);
    assert.equal(isTruncated, true);
    assert.deepEqual(lengths, [
      [334, 0],
      [334, 0],
      [332, 0],
    ]);
  });
});
