/** A generic desktop keyboard by its report descriptor (usage page 1, usage 6). */
const KEYBOARD = Buffer.from([0x05, 0x01, 0x09, 0x06]);
const CAPS_LOCK = 0x39;
const CAPS_LED = 0x02;
/** Of a boot keyboard's report: after the modifiers and a reserved byte. */
const FIRST_KEY = 2;

interface HidDevice {
  readonly name: string;
  readonly keyboard: boolean;
  held: ReadonlySet<number>;
  leds: number;
}

/** The human interface devices that a client plugged in, and what the system answers them. */
export class HidDevices {
  readonly #devices = new Map<number, HidDevice>();

  get names(): readonly string[] {
    return [...this.#devices.values()].map(({ name }) => name);
  }

  create(id: number, name: string, descriptor: Uint8Array): void {
    const keyboard = KEYBOARD.equals(descriptor.subarray(0, KEYBOARD.length));
    this.#devices.set(id, { name, keyboard, held: new Set(), leds: 0 });
  }

  destroy(id: number): void {
    this.#devices.delete(id);
  }

  /** @returns whether there is such a device, and its output report where the system has one: the lamps of a keyboard */
  input(id: number, report: Uint8Array): { readonly taken: boolean; readonly output?: Uint8Array } {
    const device = this.#devices.get(id);
    if (device === undefined) return { taken: false };
    if (!device.keyboard) return { taken: true };
    const held = new Set(report.subarray(FIRST_KEY).filter((key) => key !== 0));
    const pressed = held.has(CAPS_LOCK) && !device.held.has(CAPS_LOCK);
    device.held = held;
    if (!pressed) return { taken: true };
    device.leds ^= CAPS_LED;
    return { taken: true, output: Uint8Array.of(device.leds) };
  }
}
