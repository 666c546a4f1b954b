import { hostname } from "node:os";
import { firstOwnerCommand } from "./first-owner.ts";
import { runHouse } from "./house.ts";
import { addressFrom, startEdge } from "./local-edge.ts";

/** `npm run edge`: the edge alone, how to enrol an agent with it, and how to make the first owner. */

await runHouse(async (house) => {
  const api = await startEdge(house, addressFrom(process.env));
  const token = await api.enrol(
    hostname()
      .replace(/[^\w.-]/g, "-")
      .slice(0, 64),
  );
  console.log(`edge on ${api.origin}`);
  console.log(`start an agent with: npm run agent -- --edge ${api.origin} --token ${token} --device demo`);
  const owner = await firstOwnerCommand(api);
  if (owner !== undefined) console.log(`make the first owner, once, with: ${owner}`);
});
