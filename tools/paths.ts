import { dirname, join } from "node:path";

/** The folder that holds everything. */
export const ROOT = dirname(import.meta.dirname);
/** What this machine keeps to itself: secrets, the local edge's storage. Not in the repository. */
export const LOCAL = join(ROOT, ".nearglass");
export const MODULES = join(ROOT, "node_modules");
