import { byId } from "../by-id.ts";
import type { NearglassView } from "../element.ts";
import type { DeviceFile, FileTransfer, Session } from "../sdk/index.ts";
import { failureWords, sizeWords, transferWords } from "./file-words.ts";
import { panelOpened } from "./one-panel.ts";
import { showToast } from "./toast.ts";

const button = byId("files", HTMLButtonElement);
const panel = byId("files-panel", HTMLElement);
const choose = byId("files-choose", HTMLButtonElement);
const input = byId("files-input", HTMLInputElement);
const drop = byId("files-drop", HTMLElement);
const words = byId("files-words", HTMLParagraphElement);

const APP = /\.apk$/i;

/** Files to the device, and from it. @returns begins to show those of a session */
export function setUpFiles(view: NearglassView): (session: Session) => void {
  button.addEventListener("click", () => setOpen(panel.hidden === true));
  document.addEventListener("keydown", (event) => {
    // Typed into the device, it is the device's.
    if (event.key !== "Escape" || event.defaultPrevented || panel.hidden === true) return;
    setOpen(false);
    button.focus();
  });
  choose.addEventListener("click", () => input.click());
  input.addEventListener("change", () => {
    send(view.session, [...(input.files ?? [])]);
    // The same file may be chosen again.
    input.value = "";
  });
  byId("files-refresh", HTMLButtonElement).addEventListener("click", () => void showFolder(view.session));
  takeDrops(view);

  function close(): void {
    setOpen(false);
  }

  function setOpen(open: boolean): void {
    if (open) panelOpened(close);
    panel.hidden = !open;
    button.setAttribute("aria-expanded", String(open));
    if (open) void showFolder(view.session);
  }

  return (session) => {
    const shown = new ShownTransfers(session);
    // Those of the device before are not this one's.
    byId("files-list", HTMLUListElement).replaceChildren();
    close();
    const offer = () => {
      const up = mayDo(session, "file-up");
      const down = mayDo(session, "file-down");
      button.hidden = !up && !down;
      byId("files-up", HTMLDivElement).hidden = !up;
      byId("files-down", HTMLDivElement).hidden = !down;
      if (button.hidden) close();
    };
    session.on("welcome", offer);
    session.on("rights", offer);
    session.on("transfers", (transfers) => shown.show(transfers));
  };
}

function mayDo({ rights, device }: Session, what: "file-up" | "file-down"): boolean {
  return rights.includes(what) && device?.features.includes(what) === true;
}

function send(session: Session | undefined, files: readonly File[]): void {
  if (session === undefined || files.length === 0) return;
  if (!mayDo(session, "file-up")) return showToast("This device takes no files from you.");
  for (const file of files) {
    const isApp = APP.test(file.name) && session.device?.features.includes("app-install") === true;
    session.sendFile(file, isApp ? "app" : "file");
  }
  if (panel.hidden === true) button.click();
}

/** What is dropped anywhere on the page is meant for the device: the browser would leave the page for it. */
function takeDrops(view: NearglassView): void {
  const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes("Files") === true;
  addEventListener("dragover", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    drop.hidden = view.session === undefined || !mayDo(view.session, "file-up");
    if (event.dataTransfer !== null) event.dataTransfer.dropEffect = drop.hidden ? "none" : "copy";
  });
  addEventListener("dragleave", (event) => {
    if (event.relatedTarget === null) drop.hidden = true;
  });
  addEventListener("drop", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    drop.hidden = true;
    send(view.session, [...(event.dataTransfer?.files ?? [])]);
  });
}

async function showFolder(session: Session | undefined): Promise<void> {
  if (session === undefined || !mayDo(session, "file-down")) return;
  words.textContent = "Looking…";
  const files = await session.files();
  if (session.state.name === "ended") return;
  if (typeof files === "string") {
    words.textContent = failureWords(files);
    return;
  }
  words.textContent = files.length === 0 ? "There are no files." : "";
  byId("files-list", HTMLUListElement).replaceChildren(...files.map((file) => folderItem(session, file)));
}

function folderItem(session: Session, file: DeviceFile): HTMLLIElement {
  const item = document.createElement("li");
  const save = document.createElement("button");
  save.type = "button";
  save.textContent = "Save";
  save.setAttribute("aria-label", `Save ${file.name}`);
  save.addEventListener("click", async () => {
    const content = await session.takeFile(file);
    if (content !== undefined) saveAs(file.name, content);
  });
  item.append(text("name", file.name), text("words", sizeWords(file.size)), save);
  return item;
}

/** As the browser saves what a link leads to, and never shows it: it would run as a part of this page's origin. */
function saveAs(name: string, content: Blob): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([content], { type: "application/octet-stream" }));
  link.download = name;
  link.click();
  // Once the browser has begun to read it.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** The files under way, each with a line of its own that stays: a button must not go away under a finger. */
class ShownTransfers {
  readonly #session: Session;
  readonly #items = new Map<string, { readonly item: HTMLLIElement; readonly state: FileTransfer["state"] }>();

  constructor(session: Session) {
    this.#session = session;
    byId("files-moving", HTMLUListElement).replaceChildren();
  }

  show(transfers: readonly FileTransfer[]): void {
    for (const transfer of transfers) this.#showOne(transfer);
    for (const [id, { item }] of this.#items) {
      if (transfers.some((transfer) => transfer.id === id)) continue;
      item.remove();
      this.#items.delete(id);
    }
    const moving = transfers.some(({ state }) => state === "moving" || state === "retrying");
    button.toggleAttribute("data-moving", moving);
  }

  #showOne(transfer: FileTransfer): void {
    const { id, name, size, moved, state } = transfer;
    const known = this.#items.get(id);
    const item = known?.item ?? this.#newItem(transfer);
    const isOver = state === "done" || state === "failed" || state === "cancelled";
    item.dataset.state = state;
    part(item, "words").textContent = transferWords(transfer);
    const progress = item.querySelector("progress");
    if (progress !== null) {
      progress.hidden = isOver;
      progress.value = size === 0 ? 0 : moved / size;
    }
    const cancel = item.querySelector("button");
    if (cancel !== null) cancel.hidden = isOver;
    if (known?.state === state) return;
    this.#items.set(id, { item, state });
    if (isOver) this.#ended(name, transfer);
  }

  #newItem({ id, name }: FileTransfer): HTMLLIElement {
    const item = document.createElement("li");
    const progress = document.createElement("progress");
    progress.max = 1;
    progress.setAttribute("aria-label", name);
    const cancel = document.createElement("button");
    cancel.type = "button";
    cancel.textContent = "Cancel";
    cancel.setAttribute("aria-label", `Cancel ${name}`);
    cancel.addEventListener("click", () => this.#session.cancelFile(id));
    item.append(text("name", name), text("words", ""), progress, cancel);
    byId("files-moving", HTMLUListElement).append(item);
    return item;
  }

  #ended(name: string, transfer: FileTransfer): void {
    byId("files-said", HTMLParagraphElement).textContent = `${name}: ${transferWords(transfer)}`;
    if (transfer.state === "failed") showToast(`${name}: ${transferWords(transfer)}`);
    if (transfer.state === "done" && transfer.direction === "up" && panel.hidden !== true)
      void showFolder(this.#session);
  }
}

function text(className: string, words: string): HTMLSpanElement {
  const span = document.createElement("span");
  span.className = className;
  span.textContent = words;
  return span;
}

function part(item: HTMLElement, className: string): Element {
  return item.querySelector(`.${className}`) ?? item;
}
