import { CHECKS } from "./gate/checks.ts";
import { runGate } from "./gate/gate.ts";

/** `npm test`: the gate. `npm test -- lint rules` runs only the parts whose names begin with one of these words. */

const words = process.argv.slice(2);
const chosen = CHECKS.filter(({ name }) => words.length === 0 || words.some((word) => name.startsWith(word)));
process.exitCode = await runGate(chosen);
