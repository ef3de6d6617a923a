import { busyboxImage } from "./busybox/image.ts";
import { onDebian } from "./debian/base.ts";
import { nginxImage } from "./nginx/image.ts";
import { postgresImage } from "./postgres/image.ts";
import type { Image } from "./program.ts";
import { redisImage } from "./redis/image.ts";

const images: readonly Image[] = [
  busyboxImage,
  onDebian(nginxImage),
  onDebian(postgresImage),
  onDebian(redisImage),
];

export type FoundImage =
  | { readonly state: "found"; readonly image: Image; readonly version: string }
  /** A registry knows the repository but not the tag, or does not know the repository. */
  | { readonly state: "notFound" | "denied" };

/** The image of a reference such as `postgres:15` or `docker.io/library/postgres:15.19`. */
export function findImage(reference: string): FoundImage {
  const [name = "", tag = "latest"] = splitTag(reference.replace(/^(docker\.io\/)?(library\/)?/, ""));
  const image = images.find(({ repository }) => repository === name);
  if (!image) {
    return { state: "denied" };
  }
  const version = Object.hasOwn(image.tags, tag) ? image.tags[tag] : undefined;
  return version === undefined ? { state: "notFound" } : { state: "found", image, version };
}

function splitTag(reference: string): string[] {
  const colon = reference.lastIndexOf(":");
  return colon > reference.lastIndexOf("/")
    ? [reference.slice(0, colon), reference.slice(colon + 1)]
    : [reference];
}
