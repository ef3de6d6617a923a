import { strict as assert } from "node:assert";
import { findImage } from "../../../src/practiceCluster/programs/images.ts";

const describeImage = (reference: string) => {
  const found = findImage(reference);
  return found.state === "found" ? `${found.image.repository} ${found.version}` : found.state;
};

describe("finding an image", () => {
  it("knows the same image by each of its names", () => {
    for (const prefix of ["", "library/", "docker.io/library/"]) {
      assert.equal(describeImage(`${prefix}nginx`), "nginx 1.22.1");
      assert.equal(describeImage(`${prefix}busybox:1.35`), "busybox 1.35.0");
      assert.equal(describeImage(`${prefix}postgres:15`), "postgres 15.19");
    }
  });

  it("tells an unknown tag from an unknown repository", () => {
    assert.equal(describeImage("postgres:99"), "notFound");
    assert.equal(describeImage("nginx:toString"), "notFound");
    assert.equal(describeImage("postgress:15"), "denied");
    assert.equal(describeImage("localhost:5000/nginx"), "denied");
  });
});
