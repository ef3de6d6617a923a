import { postgresImage } from "./postgres/image.ts";
import type { Image } from "./program.ts";
import { redisImage } from "./redis/image.ts";

const images: readonly Image[] = [postgresImage, redisImage];

export type FoundImage =
  | { readonly state: "found"; readonly image: Image; readonly version: string }
  | { readonly state: "notFound" };

/** The image of a reference such as `postgres:15` or `docker.io/library/postgres:15.19`. */
export function findImage(reference: string): FoundImage {
  const [name = "", tag = "latest"] = splitTag(reference.replace(/^(docker\.io\/)?(library\/)?/, ""));
  const image = images.find(({ repository }) => repository === name);
  const version = image && Object.hasOwn(image.tags, tag) ? image.tags[tag] : undefined;
  return image && version !== undefined ? { state: "found", image, version } : { state: "notFound" };
}

function splitTag(reference: string): string[] {
  const colon = reference.lastIndexOf(":");
  return colon > reference.lastIndexOf("/")
    ? [reference.slice(0, colon), reference.slice(colon + 1)]
    : [reference];
}
