import { LocationRefusal } from "../../system/location.ts";
import { complain, type Process, say } from "../process.ts";

const REFUSED = 255;

/** `cmd location ...`, after LocationShellCommand.java of Android 12 and later. */
export async function location(process: Process): Promise<number> {
  const service = process.system.android.location;
  const [verb = "", ...args] = process.args;
  switch (verb) {
    case "is-location-enabled":
      return await say(process, `${service.enabled}\n`);
    case "set-location-enabled":
      service.enabled = args[0] === "true";
      return 0;
    case "providers":
      return await providers(process, args);
    default:
      return await complain(process, `Unknown command: ${verb}\n`, REFUSED);
  }
}

async function providers(process: Process, [verb = "", provider = "", ...args]: readonly string[]): Promise<number> {
  const service = process.system.android.location;
  try {
    switch (verb) {
      case "add-test-provider":
        service.addTest(provider);
        return 0;
      case "remove-test-provider":
        service.removeTest(provider);
        return 0;
      case "set-test-provider-enabled":
        service.enableTest(provider, args[0] === "true");
        return 0;
      case "set-test-provider-location":
        return setFix(process, provider, args);
      default:
        return await complain(process, `Unknown command: providers ${verb}\n`, REFUSED);
    }
  } catch (error) {
    if (!(error instanceof LocationRefusal)) throw error;
    return await complain(process, `\nException occurred while executing 'providers':\n${error.message}\n`, REFUSED);
  }
}

/** `--location LAT,LON`, and `--accuracy` and `--time` at will; nothing else is known. */
function setFix({ system }: Process, provider: string, args: readonly string[]): number {
  let [place, accuracy]: [readonly number[], number | undefined] = [[], undefined];
  for (let at = 0; at < args.length; at += 2) {
    const [option, value = ""] = [args[at], args[at + 1]];
    if (option === "--location") place = value.split(",").map(Number);
    else if (option === "--accuracy") accuracy = Number(value);
    else if (option !== "--time")
      throw new LocationRefusal(`java.lang.IllegalArgumentException: Unknown option: ${option}`);
  }
  const [latitude, longitude] = place;
  if (place.length !== 2 || latitude === undefined || longitude === undefined || place.some(Number.isNaN))
    throw new LocationRefusal(
      'java.lang.IllegalArgumentException: Location argument must be in the form of "<LATITUDE>,<LONGITUDE>"',
    );
  system.android.location.setFix(provider, { latitude, longitude, accuracy });
  return 0;
}
