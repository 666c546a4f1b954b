import type { IconName } from "../ui/icons.ts";
import type { App, Services } from "./app.ts";
import { createCamera } from "./camera.ts";
import { createDraw } from "./draw.ts";
import { createFiles } from "./files.ts";
import { createLocation } from "./location.ts";
import { createMicrophone } from "./microphone.ts";
import { createMotion } from "./motion.ts";
import { createNotes } from "./notes.ts";
import { createSettings } from "./settings.ts";
import { createStopwatch } from "./stopwatch.ts";
import { createTones } from "./tones.ts";
import { createVideo } from "./video.ts";

export interface CatalogEntry {
  readonly id: string;
  readonly name: string;
  readonly icon: IconName;
  /** The icon's colours, from its top left to its bottom right. */
  readonly colours: readonly [from: string, to: string];
  /** It covers the status bar, and has no title bar. */
  readonly fullScreen?: true;
  readonly create: (services: Services) => App;
}

/** Every app of the phone, in the order of the home screen. */
export const CATALOG = [
  { id: "notes", name: "Notes", icon: "notes", colours: ["#ffc94d", "#f59300"], create: createNotes },
  { id: "draw", name: "Draw", icon: "draw", colours: ["#ff8a70", "#e0395f"], create: createDraw },
  { id: "tones", name: "Tones", icon: "tones", colours: ["#c084fc", "#7c3aed"], create: createTones },
  { id: "video", name: "Video", icon: "video", colours: ["#ff7ab8", "#c2267b"], create: createVideo },
  { id: "camera", name: "Camera", icon: "camera", colours: ["#8a94ad", "#4a536b"], create: createCamera },
  {
    id: "microphone",
    name: "Microphone",
    icon: "microphone",
    colours: ["#67d7f0", "#0e8fb8"],
    create: createMicrophone,
  },
  { id: "location", name: "Location", icon: "location", colours: ["#6ee7a8", "#0f9d63"], create: createLocation },
  { id: "motion", name: "Motion", icon: "motion", colours: ["#7ab8ff", "#2764e0"], create: createMotion },
  {
    id: "stopwatch",
    name: "Stopwatch",
    icon: "stopwatch",
    colours: ["#525b7a", "#1a1f33"],
    fullScreen: true,
    create: createStopwatch,
  },
  { id: "settings", name: "Settings", icon: "settings", colours: ["#b4bccf", "#707a94"], create: createSettings },
  { id: "files", name: "Files", icon: "files", colours: ["#5fd3c4", "#12807a"], create: createFiles },
] as const satisfies readonly CatalogEntry[];

export type AppId = (typeof CATALOG)[number]["id"];

export function catalogEntry(id: AppId): CatalogEntry {
  // Safe: ids are those of the catalog.
  return CATALOG.find((entry) => entry.id === id) as CatalogEntry;
}

export function isAppId(id: string): id is AppId {
  return CATALOG.some((entry) => entry.id === id);
}
