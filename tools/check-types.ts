import { typeChecks } from "./gate/checks.ts";
import { runGate } from "./gate/gate.ts";

/** `npm run check`: the types of every project. */

process.exitCode = await runGate(typeChecks());
