import { expect, it } from "vitest";
import wrangler from "../../../wrangler.toml?raw";

it("the platform is told to keep no requests: their headers hold tickets, and enrolments that last a year", () => {
  const sections = wrangler.split(/^(?=\[)/m);
  expect(sections.find((section) => section.startsWith("[observability]"))).toMatch(/^enabled = true$/m);
  expect(sections.find((section) => section.startsWith("[observability.logs]"))).toMatch(/^invocation_logs = false$/m);
});
