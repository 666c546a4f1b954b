/** What a device says it is. */
export interface DeviceIdentity {
  readonly product: string;
  readonly model: string;
  readonly device: string;
  readonly manufacturer: string;
  readonly serial: string;
}

export const PIXEL_LIKE: DeviceIdentity = {
  product: "glassfish",
  model: "Glass 14",
  device: "glassfish",
  manufacturer: "Nearglass",
  serial: "DOUBLE0001",
};

/** The system properties of an Android 14 that an agent may ask for. */
export function systemProperties(identity: DeviceIdentity): Map<string, string> {
  const { product, model, device, manufacturer, serial } = identity;
  return new Map([
    ["dev.bootcomplete", "1"],
    ["persist.sys.locale", "en-US"],
    ["persist.sys.timezone", "Europe/Vienna"],
    ["ro.boot.qemu", "0"],
    ["ro.build.characteristics", "default"],
    ["ro.build.fingerprint", `${manufacturer}/${product}/${device}:14/UP1A.231005.007/1:userdebug/test-keys`],
    ["ro.build.type", "userdebug"],
    ["ro.build.version.release", "14"],
    ["ro.build.version.sdk", "34"],
    ["ro.build.version.security_patch", "2023-10-05"],
    ["ro.hardware", device],
    ["ro.product.brand", manufacturer],
    ["ro.product.cpu.abi", "x86_64"],
    ["ro.product.cpu.abilist", "x86_64,arm64-v8a"],
    ["ro.product.device", device],
    ["ro.product.manufacturer", manufacturer],
    ["ro.product.model", model],
    ["ro.product.name", product],
    ["ro.serialno", serial],
    ["ro.sf.lcd_density", "320"],
    ["service.adb.tcp.port", "5555"],
    ["sys.boot_completed", "1"],
  ]);
}

/** Android's `settings`, by namespace. */
export function systemSettings(): Map<string, Map<string, string>> {
  return new Map([
    [
      "system",
      new Map([
        ["accelerometer_rotation", "1"],
        ["screen_off_timeout", "60000"],
        ["user_rotation", "0"],
      ]),
    ],
    [
      "secure",
      new Map([
        ["android_id", "5a1f0c0de0000001"],
        ["default_input_method", "com.android.inputmethod.latin/.LatinIME"],
        ["location_mode", "3"],
      ]),
    ],
    [
      "global",
      new Map([
        ["adb_enabled", "1"],
        ["device_name", "Glass 14"],
        ["stay_on_while_plugged_in", "0"],
      ]),
    ],
  ]);
}
