export { ControlLink, type ControlRefusal } from "./control-link.ts";
export { edgeAt } from "./edge.ts";
export { type OriginEnd, OriginLink, type OriginListener, type OriginWelcome } from "./origin-link.ts";
export type { Cancel, EdgePort, Socket, SocketListener, Timers } from "./port.ts";
export { systemTimers } from "./timers.ts";
