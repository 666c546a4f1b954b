export { bearerToken } from "./bearer.ts";
export { reportBug } from "./bug.ts";
export { tellOptionalFields } from "./optional-fields.ts";
export { type ProblemName, problem, problemResponses } from "./problem.ts";
export { secureAnswers } from "./secure-answers.ts";
export { forwardUpgrade, refuseUpgrade, type UpgradeOffer, upgradeOffer, upgradeRequired } from "./upgrade.ts";
