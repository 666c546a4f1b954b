import { androidFindings } from "./doctor/android.ts";
import { wordsOf } from "./doctor/finding.ts";
import { hostFindings } from "./doctor/host.ts";

/** `npm run doctor`: what this host can offer, and for each thing that is missing the one step that mends it. */

const OPTION = "--scrcpy-server";

async function main(args: readonly string[]): Promise<void> {
  const [option, file, ...more] = args;
  if ((option !== undefined && option !== OPTION) || (option !== undefined && file === undefined) || more.length > 0) {
    console.error(`usage: npm run doctor -- [${OPTION} FILE]`);
    process.exit(2);
  }
  const host = await hostFindings();
  const android = await androidFindings(file);
  console.log(["This machine:", ...host.map(wordsOf), "Android devices:", ...android.map(wordsOf)].join("\n"));
  const gaps = [...host, ...android].filter(({ state }) => state === "missing").length;
  console.log(gaps === 0 ? "\nAll is there." : `\n${gaps} missing. The demo phone needs none of it: npm start`);
  process.exit(gaps === 0 ? 0 : 1);
}

await main(process.argv.slice(2));
