import { z } from "@hono/zod-openapi";
import type { SessionQuality } from "../session/index.ts";
import { instant } from "./schemas.ts";

/** What `GET /api/v1/sessions/{id}/quality` answers: the record of docs/protocol.md, Q-3, with its moments as text. */

const count = z.int().min(0).openapi({ example: 1_800 });

const ages = z.object({ p50: count, p95: count, worst: count }).openapi("Ages", {
  description: "Milliseconds since capture: of the last frames that were looked at, and the highest `p95` so far.",
  example: { p50: 31, p95: 44, worst: 120 },
});

const counts = z.object({
  received: count,
  decoded: count,
  painted: count,
  dropped: count,
  keyframesRequested: count,
  freezes: count,
  frozenMs: count,
});

const viewer = z
  .object({
    reportedAt: instant,
    total: counts,
    rttMs: count.optional(),
    receivedAge: ages.optional(),
    decodedAge: ages.optional(),
    paintedAge: ages.optional(),
  })
  .openapi({ description: "What the seat's pages told of themselves. Left out before the first report." });

export const sessionQuality = z
  .object({
    origin: z.object({
      frames: count,
      bytes: count,
      keyframes: count,
      keyframesAsked: count,
      edgeAge: ages.optional(),
    }),
    seats: z.array(
      z.object({
        seat: z.string(),
        joinedAt: instant,
        leftAt: instant.optional(),
        connections: count,
        framesSent: count,
        bytesSent: count,
        stops: count.openapi({ description: "How often it got no more video until the next keyframe." }),
        viewer: viewer.optional(),
      }),
    ),
  })
  .openapi("SessionQuality", { description: "Video only. The last 100 seats, in the order they came." });

export function qualityBody({ origin, seats }: SessionQuality): z.input<typeof sessionQuality> {
  return {
    origin,
    seats: seats.map(({ joinedAt, leftAt, viewer, ...seat }) => ({
      ...seat,
      joinedAt: instantOf(joinedAt),
      ...(leftAt === undefined ? {} : { leftAt: instantOf(leftAt) }),
      ...(viewer === undefined ? {} : { viewer: viewerBody(viewer) }),
    })),
  };
}

type ViewerQuality = NonNullable<SessionQuality["seats"][number]["viewer"]>;

function viewerBody({ page: _page, reportedAt, ...rest }: ViewerQuality): z.input<typeof viewer> {
  return { ...rest, reportedAt: instantOf(reportedAt) };
}

function instantOf(at: number): string {
  return new Date(at).toISOString();
}
