/** Bounds of the wire. Anything over a bound is a protocol fault before a byte of it is kept. */

export const FRAME_HEADER_BYTES = 16;
export const INPUT_HEADER_BYTES = 12;

/** A 720x1280 keyframe is 6 to 40 kB, one of a 4K screen a few hundred; the platform itself takes 32 MiB. */
export const MAX_VIDEO_FRAME_BYTES = 1024 * 1024;
/** An Opus frame is at most 1275 bytes (RFC 6716 section 3.2.1); the longest packet, 120 ms, holds 6 of 20 ms: 7650. */
export const MAX_AUDIO_FRAME_BYTES = 8 * 1024;

export const MAX_POINTERS = 10;
/** UTF-8 bytes of one text message; a longer text is sent in parts. */
export const MAX_TEXT_BYTES = 4 * 1024;
/** UTF-16 code units of one clipboard text. */
export const MAX_CLIPBOARD_CHARS = 16 * 1024;
/** UTF-16 code units of one JSON control message: a clipboard of escaped characters (6 each) and its envelope. */
export const MAX_CONTROL_CHARS = 6 * MAX_CLIPBOARD_CHARS + 1024;
/**
 * The same where messages describe devices: 256 of them with 50 apps each come to 0.9 million, and the longest
 * single description (512 apps, every character escaped) to 0.8 million.
 */
export const MAX_DEVICES_CHARS = 1024 * 1024;

/** Devices that one host may announce. */
export const MAX_DEVICES_PER_HOST = 256;

/** A picture's side in pixels: what H.264 level 5.2 and any phone stay under. */
export const MAX_PICTURE_SIDE = 8192;

/** RFC 6455 section 5.5: a control frame carries at most 125 bytes, 2 of them the code. */
export const MAX_CLOSE_REASON_BYTES = 123;

/** UTF-8 bytes of a file's name: what file systems take. */
export const MAX_FILE_NAME_BYTES = 255;
/** One piece of a file on its way, and one answer about files. */
export const MAX_FILE_CHUNK_BYTES = 1024 * 1024;
/** One file, unless less is allowed. */
export const MAX_FILE_BYTES = 256 * 1024 * 1024;
/** Files of the folder that are listed, the newest. */
export const MAX_FOLDER_FILES = 400;
