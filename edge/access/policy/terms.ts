import type { Allowance, Right, Transfers } from "#protocol";
import type { Capability, CapabilityLimits } from "./capability.ts";
import { asksToSteer, type Decision, isGiven, rightsOf } from "./decide.ts";

/** All that a seat is given: what the Session object holds every message against. */
export interface Terms {
  readonly rights: readonly Right[];
  readonly allowance: Allowance;
  readonly times: { readonly idleSeconds?: number; readonly lengthSeconds?: number };
}

/** What the decision leaves of these wishes. The same decision gives the same text of JSON. */
export function termsOf(decision: Decision, wished: readonly Right[]): Terms {
  const { idleSeconds, lengthSeconds } = decision.session;
  const rights = rightsOf(decision, wished);
  return {
    rights,
    allowance: allowanceOf(decision, rights),
    times: {
      ...(idleSeconds === undefined ? {} : { idleSeconds }),
      ...(lengthSeconds === undefined ? {} : { lengthSeconds }),
    },
  };
}

/** Of what the seat has no right to, nothing needs to be said. */
function allowanceOf(decision: Decision, rights: readonly Right[]): Allowance {
  const { capabilities } = decision;
  const [toDevice, fromDevice] = [
    transfers(decision, "clipboard-to-device"),
    transfers(decision, "clipboard-from-device"),
  ];
  const { limits: places } = capabilities.location;
  const apps = isGiven(decision, "app-launch") ? capabilities["app-launch"].limits.apps : [];
  const { maxHz } = capabilities.motion.limits;
  const [up, down] = [capabilities["file-up"].limits.maxBytes, capabilities["file-down"].limits.maxBytes];
  const has = (right: Right) => rights.includes(right);
  return {
    ...(!has("clipboard") || toDevice === undefined ? {} : { clipboardToDevice: toDevice }),
    ...(!has("clipboard") || fromDevice === undefined ? {} : { clipboardFromDevice: fromDevice }),
    ...(!has("touch") || apps === undefined ? {} : { apps: [...apps] }),
    ...(asksToSteer(decision) && (has("touch") || has("keyboard")) ? { asksToSteer: true } : {}),
    ...((!has("keyboard") && !has("touch")) || isGiven(decision, "home-recents") ? {} : { singleApp: true }),
    ...(has("location") ? placesOf(places) : {}),
    ...(!has("file-up") || up === undefined ? {} : { fileUpBytes: up }),
    ...(!has("file-down") || down === undefined ? {} : { fileDownBytes: down }),
    ...(!has("motion") || maxHz === undefined ? {} : { motionHz: maxHz }),
  };
}

function placesOf({ roundToMetres, perMinute }: CapabilityLimits): Pick<Allowance, "location"> {
  if (roundToMetres === undefined && perMinute === undefined) return {};
  return {
    location: {
      ...(roundToMetres === undefined ? {} : { gridM: roundToMetres }),
      ...(perMinute === undefined ? {} : { perMinute }),
    },
  };
}

/** Undefined where nothing limits this way of the clipboard. */
function transfers(decision: Decision, name: Capability): Transfers | undefined {
  if (!isGiven(decision, name)) return { perMinute: 0 };
  const { maxBytes, perMinute } = decision.capabilities[name].limits;
  if (maxBytes === undefined && perMinute === undefined) return undefined;
  return { ...(maxBytes === undefined ? {} : { maxBytes }), ...(perMinute === undefined ? {} : { perMinute }) };
}
