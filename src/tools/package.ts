import { stat } from "node:fs/promises";
import { join } from "node:path";
import { packageExtension } from "./packaging/packageExtension.ts";
import { projectRoot } from "./projectRoot.ts";

/** `npm run package`: the .vsix, with its size. */
const file = await packageExtension(join(projectRoot, "dist"));
const { size } = await stat(file);
console.log(`${file} ${(size / 1024 / 1024).toFixed(2)} MB`);
