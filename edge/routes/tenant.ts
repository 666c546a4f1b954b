/** All links, hosts and sessions are one company's for now. */
export const TENANT = "default";
