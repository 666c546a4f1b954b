import { type Api, createApi } from "../api.ts";
import { backChannelRoutes } from "./back-channel.ts";
import { callbackRoutes } from "./callback.ts";
import { signinSessionRoutes } from "./session.ts";
import { startRoutes } from "./start.ts";

/** Everything under /api/v1/signin: people sign in at their company's identity provider. */
export function signinRoutes(): Api {
  const api = createApi();
  for (const routes of [signinSessionRoutes(), startRoutes(), callbackRoutes(), backChannelRoutes()]) {
    api.route("/", routes);
  }
  return api;
}
