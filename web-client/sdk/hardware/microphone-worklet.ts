/** 20 ms of 48 kHz: one Opus packet. */
const PACKET_SAMPLES = 960;

/** Posts what it hears, one array of samples for each packet; the first channel only. */
class Listener extends AudioWorkletProcessor {
  #packet = new Float32Array(PACKET_SAMPLES);
  #filled = 0;

  process(inputs: readonly (readonly Float32Array[])[]): boolean {
    const samples = inputs[0]?.[0];
    if (samples === undefined) return true;
    for (let at = 0; at < samples.length; ) {
      const part = samples.subarray(at, at + PACKET_SAMPLES - this.#filled);
      this.#packet.set(part, this.#filled);
      this.#filled += part.length;
      at += part.length;
      if (this.#filled === PACKET_SAMPLES) this.#post();
    }
    return true;
  }

  #post(): void {
    this.port.postMessage(this.#packet, [this.#packet.buffer]);
    this.#packet = new Float32Array(PACKET_SAMPLES);
    this.#filled = 0;
  }
}

registerProcessor("nearglass-listener", Listener);
