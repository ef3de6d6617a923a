import { join } from "node:path";
import { buildPostgresTemplate } from "./postgresTemplate.ts";
import { projectRoot } from "./projectRoot.ts";

/*
 * Writes the data folder that every new PostgreSQL of the practice cluster begins with, compressed:
 *   npx tsx src/tools/buildPostgresTemplate.ts [FILE]
 * The engine's own initdb needs seconds and 800 MB, so it runs here, once, and not on a learner's machine.
 */

await buildPostgresTemplate(process.argv[2] ?? join(projectRoot, "dist", "postgres", "template.br"));
