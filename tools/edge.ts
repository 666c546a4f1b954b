import { hostname } from "node:os";
import { runHouse } from "./house.ts";
import { addressFrom, startEdge } from "./local-edge.ts";
import { localSecrets } from "./secrets.ts";

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
  const { bootstrapSecret } = await localSecrets();
  if (bootstrapSecret !== undefined) {
    console.log(
      `make the first owner, once: POST ${api.origin}/api/v1/tenant/bootstrap with bearer ${bootstrapSecret}`,
    );
  }
});
