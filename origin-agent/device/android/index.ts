export { type AndroidOptions, androidDevices } from "./devices.ts";
export { serverProgram } from "./jar.ts";
export { type Surveyed, surveyDevices } from "./survey.ts";
