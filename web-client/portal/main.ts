import { byId } from "../by-id.ts";
import { handSeat } from "../handed-seat.ts";
import { type Openable, openableDevices, openDevice, signOut, type Told, whoIsSignedIn } from "./edge.ts";
import { refusalWords } from "./words.ts";

// Whoever works for the company signs in here, sees what they may open, and opens it.

const STATES: Readonly<Record<Openable["state"], string>> = { free: "Free", leased: "In use", offline: "Offline" };

const query = new URLSearchParams(location.search);
const region = query.get("region") ?? "local";
const self = `${location.pathname}${location.search}`;
const list = byId("list", HTMLUListElement);

function signInUrl(purpose: "entry" | "open"): string {
  const tenant = encodeURIComponent(query.get("tenant") ?? "default");
  return `/api/v1/signin/${tenant}/start?for=${purpose}&return=${encodeURIComponent(self)}`;
}

function say(words: string): void {
  byId("words", HTMLParagraphElement).textContent = words;
}

function showSignedOut(words: string): void {
  for (const id of ["who", "sign-out", "devices"]) byId(id, HTMLElement).hidden = true;
  byId("sign-in", HTMLAnchorElement).href = signInUrl("entry");
  byId("enter", HTMLParagraphElement).hidden = false;
  say(words);
}

async function look(): Promise<void> {
  say("Looking …");
  const who = await whoIsSignedIn();
  if (!who.ok) {
    const words = refusalWords(location.hash.slice(1)) ?? "Sign in to see the devices that you may open.";
    return showSignedOut(who.problem === "signed-out" ? words : who.words);
  }
  // It told of an earlier try.
  if (location.hash !== "") history.replaceState(null, "", self);
  byId("who", HTMLParagraphElement).textContent = who.body.person.name;
  for (const id of ["who", "sign-out", "devices"]) byId(id, HTMLElement).hidden = false;
  byId("enter", HTMLParagraphElement).hidden = true;
  const found = await openableDevices(region);
  if (!found.ok) return say(found.words);
  showDevices(found.body.devices);
}

function showDevices(devices: readonly Openable[]): void {
  const free = devices.filter(({ state }) => state === "free").length;
  list.replaceChildren(...devices.map(row));
  byId("any", HTMLParagraphElement).hidden = free < 2;
  say(devices.length === 0 ? "There is no device that you may open now." : `${free} of ${devices.length} free`);
}

function row({ host, device, state }: Openable): HTMLLIElement {
  const item = document.createElement("li");
  const words = document.createElement("span");
  const details = document.createElement("small");
  const button = document.createElement("button");
  const name = `${host}/${device.id}`;
  details.textContent = `${name} · ${device.model} · ${STATES[state]}`;
  words.append(device.name, details);
  button.type = "button";
  button.textContent = "Open";
  button.disabled = state !== "free";
  button.setAttribute("aria-label", `Open ${device.name}, ${name}`);
  button.addEventListener("click", () => void open(name));
  item.append(words, button);
  return item;
}

async function open(device: string | undefined): Promise<void> {
  say("Opening …");
  const opened = await openDevice(region, device);
  if (!opened.ok) return refused(opened);
  handSeat(opened.body, self);
  location.assign("/s");
}

function refused({ problem, words }: Extract<Told<unknown>, { ok: false }>): void {
  if (problem === "step-up-needed") location.assign(signInUrl("open"));
  else if (problem === "signed-out") showSignedOut(words);
  else say(words);
}

async function leave(): Promise<void> {
  const told = await signOut();
  if (!told.ok && told.problem !== "signed-out") return say(told.words);
  showSignedOut("You are signed out.");
  const provider = told.ok ? told.body.providerSignOut : undefined;
  if (provider !== undefined) byId("provider-out", HTMLAnchorElement).href = provider;
  byId("also", HTMLParagraphElement).hidden = provider === undefined;
  byId("title", HTMLHeadingElement).focus();
}

byId("open-any", HTMLButtonElement).addEventListener("click", () => void open(undefined));
byId("refresh", HTMLButtonElement).addEventListener("click", () => void look());
byId("sign-out", HTMLButtonElement).addEventListener("click", () => void leave());
// Back from a device, a browser shows the page as it was left.
addEventListener("pageshow", () => void look());
