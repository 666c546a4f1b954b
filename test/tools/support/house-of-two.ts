import { runHouse } from "../../../tools/house.ts";

/**
 * A command for the tests of `runHouse`: two programs that stand, each with a program of its own that is deaf to
 * polite requests. The first argument says what happens then.
 */
const STUBBORN = `process.on("SIGTERM", () => {}); setInterval(() => {}, 1000); console.log("stubborn " + process.pid);`;
const PARENT = `
  const { spawn } = require("node:child_process");
  spawn(process.execPath, ["-e", ${JSON.stringify(STUBBORN)}], { stdio: "inherit" });
  setInterval(() => {}, 1000);`;

await runHouse(async (house) => {
  const node = process.execPath;
  house.stand({ name: "the first", command: node, args: ["-e", PARENT] });
  switch (process.argv[2]) {
    case "stand":
      break;
    case "die":
      house.stand({ name: "the second", command: node, args: ["-e", "console.log('it broke'); process.exit(7)"] });
      break;
    case "missing":
      house.stand({ name: "the second", command: "/nowhere/program", args: [] });
      break;
    case "work":
      await house.run({ name: "the work", command: node, args: ["-e", "process.exit(0)"] });
      await house.run({ name: "the work", command: node, args: ["-e", "console.log('bad input'); process.exit(1)"] });
      break;
  }
  console.log("ready");
});
