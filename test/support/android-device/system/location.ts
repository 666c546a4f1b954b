import type { DeviceRecord, Fix } from "../record.ts";

/** What an app of the device asked for. */
export interface LocationRequest {
  readonly provider: string;
  readonly intervalMs: number;
  readonly distanceMetres: number;
  readonly app: string;
}

/** As the exception is called that a command ends with. */
export class LocationRefusal extends Error {}

const PROVIDERS = ["passive", "network", "fused", "gps"];

/** Android's location service, as far as a shell may use it: test providers, which take the place of real ones. */
export class Location {
  readonly #record: DeviceRecord;
  readonly #test = new Map<string, { enabled: boolean; fix: Fix | undefined }>();
  readonly #requests = new Set<LocationRequest>();
  enabled = true;
  /** `appops set com.android.shell android:mock_location allow` was said. */
  mockAllowed = false;

  constructor(record: DeviceRecord) {
    this.#record = record;
  }

  get providers(): readonly string[] {
    return PROVIDERS;
  }

  get requests(): readonly LocationRequest[] {
    return [...this.#requests];
  }

  /** An app subscribes. @returns what ends it */
  request(request: LocationRequest): () => void {
    this.#requests.add(request);
    return () => this.#requests.delete(request);
  }

  isTest(provider: string): boolean {
    return this.#test.has(provider);
  }

  /** The last fix of a provider that a test feeds. */
  fix(provider: string): Fix | undefined {
    return this.#test.get(provider)?.fix;
  }

  /** @throws LocationRefusal, here and below */
  addTest(provider: string): void {
    this.#mayMock();
    if (provider === "passive")
      throw new LocationRefusal("java.lang.IllegalArgumentException: Cannot mock the passive location provider");
    this.#test.set(provider, { enabled: false, fix: undefined });
  }

  removeTest(provider: string): void {
    this.#mayMock();
    this.#test.delete(provider);
  }

  enableTest(provider: string, enabled: boolean): void {
    this.#testProvider(provider).enabled = enabled;
  }

  setFix(provider: string, fix: Fix): void {
    const test = this.#testProvider(provider);
    if (Math.abs(fix.latitude) > 90 || Math.abs(fix.longitude) > 180)
      throw new LocationRefusal(
        "java.lang.IllegalArgumentException: incomplete location object, missing timestamp or accuracy?",
      );
    test.fix = fix;
    // A provider that is switched off keeps what it is told to itself.
    if (test.enabled && this.enabled) this.#record.add({ kind: "location", provider, fix });
  }

  #testProvider(provider: string): { enabled: boolean; fix: Fix | undefined } {
    this.#mayMock();
    const test = this.#test.get(provider);
    if (test === undefined)
      throw new LocationRefusal(`java.lang.IllegalArgumentException: ${provider} provider is not a test provider`);
    return test;
  }

  #mayMock(): void {
    if (!this.mockAllowed)
      throw new LocationRefusal(
        "java.lang.SecurityException: com.android.shell from uid 2000 not allowed to perform MOCK_LOCATION",
      );
  }
}
