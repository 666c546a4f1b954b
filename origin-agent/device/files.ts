import type { ListedFile, FileRefusal as Reason } from "#protocol";

/** Why a device does not do what was asked about a file: an answer, not a mistake. */
export class FileRefusal extends Error {
  readonly reason: Reason;
  /** The device's own words, for the person. */
  readonly words: string | undefined;

  constructor(reason: Reason, words?: string) {
    super(reason);
    this.reason = reason;
    this.words = words;
  }
}

export interface ArrivingFile {
  /** A name alone, held against `isFileName`. One that the folder has already gets a number behind it. */
  readonly name: string;
  readonly size: number;
  /** Kept in the folder, or installed. */
  readonly as: "file" | "app";
}

/** A file on its way into the device. Calls follow one another; each throws FileRefusal, and the file is gone then. */
export interface FileSink {
  /** Settles when the device can take more. `piece` belongs to the device. */
  write(piece: Uint8Array): Promise<void>;
  /** All of it was written. @returns the name that it has now */
  finish(): Promise<string>;
  /** Nothing is left of it. Never throws. */
  abort(): void;
}

/** A file on its way out of the device. */
export interface FileReader {
  /** At most so many bytes; none at the end. @throws FileRefusal */
  next(length: number): Promise<Uint8Array>;
  close(): void;
}

/** The one folder of a device that a person may put files into, and take them from. */
export interface DeviceFiles {
  /** Files alone, the newest first. @throws FileRefusal */
  list(): Promise<readonly ListedFile[]>;
  /** @throws FileRefusal */
  receive(file: ArrivingFile): Promise<FileSink>;
  /** @throws FileRefusal also when the file is not of this version any more */
  read(name: string, version: string): Promise<FileReader>;
}
