/** Notes into samples. No clock: it is asked for one block after the other. */

const ATTACK_SECONDS = 0.006;
/** While held a note fades like a string, and lifted it is damped. */
const HELD_FADE_SECONDS = 1.1;
const DAMPED_FADE_SECONDS = 0.09;
const SILENT_GAIN = 0.0004;
const VOICE_GAIN = 0.26;
/** Strength of each overtone; higher ones fade faster. */
const OVERTONES = [1, 0.42, 0.2, 0.08] as const;

interface Note {
  readonly voice: number;
  readonly frequencyHz: number;
  /** Turns of the fundamental, 0 to 1. */
  phase: number;
  /** Samples since it began. */
  age: number;
  gain: number;
  held: boolean;
}

export class Synth {
  readonly #sampleRate: number;
  readonly #notes: Note[] = [];
  /** 0 to 1, of everything together. */
  gain = 1;

  constructor(sampleRate: number) {
    this.#sampleRate = sampleRate;
  }

  /** Whether anything can still be heard. */
  get sounding(): boolean {
    return this.#notes.length > 0;
  }

  noteOn(voice: number, frequencyHz: number): void {
    this.noteOff(voice);
    this.#notes.push({ voice, frequencyHz, phase: 0, age: 0, gain: 1, held: true });
  }

  noteOff(voice: number): void {
    for (const note of this.#notes) if (note.voice === voice) note.held = false;
  }

  allOff(): void {
    for (const note of this.#notes) note.held = false;
  }

  /** The next samples, both channels alike, interleaved. */
  renderStereo(block: Float32Array): void {
    block.fill(0);
    for (const note of this.#notes) this.#addNote(note, block);
    // Many notes at once would clip; this bends them instead.
    for (let at = 0; at < block.length; at += 1) block[at] = this.gain * Math.tanh(block[at] ?? 0);
    const audible = this.#notes.filter((note) => note.gain > SILENT_GAIN);
    this.#notes.splice(0, this.#notes.length, ...audible);
  }

  #addNote(note: Note, block: Float32Array): void {
    const step = note.frequencyHz / this.#sampleRate;
    const fadeSeconds = note.held ? HELD_FADE_SECONDS : DAMPED_FADE_SECONDS;
    const fade = Math.exp(-1 / (fadeSeconds * this.#sampleRate));
    const attackSamples = ATTACK_SECONDS * this.#sampleRate;
    for (let at = 0; at < block.length; at += 2) {
      let sample = 0;
      for (const [index, strength] of OVERTONES.entries()) {
        sample += strength * note.gain ** (index + 1) * Math.sin(2 * Math.PI * note.phase * (index + 1));
      }
      sample *= VOICE_GAIN * Math.min(1, note.age / attackSamples);
      block[at] = (block[at] ?? 0) + sample;
      block[at + 1] = (block[at + 1] ?? 0) + sample;
      note.phase = (note.phase + step) % 1;
      note.gain *= fade;
      note.age += 1;
    }
  }
}
