import { expect, it } from "vitest";
import { frontApp, isOf } from "../../../../origin-agent/device/android/front-app.ts";

it.each([
  [
    "Android 14",
    "  topResumedActivity=ActivityRecord{6d1f3a2 u0 org.example.notes/.NotesActivity t12}\n" +
      "    mResumedActivity: ActivityRecord{1a2b3c u0 com.android.launcher3/.Home t1}\n",
    "org.example.notes",
  ],
  ["Android 9", "    mResumedActivity: ActivityRecord{1a2b3c u10 com.demo/.MainActivity t42}\n", "com.demo"],
  ["Android 13", "  ResumedActivity: ActivityRecord{3c4d5e u0 com.third/com.other.Home} t9}\n", "com.third"],
  ["a locked device", "  topResumedActivity=null\n  mResumedActivity: null\n", undefined],
  ["a device that says nothing", "", undefined],
  ["what is no answer", "sh: grep: inaccessible or not found ResumedActivity: $(reboot)/", undefined],
])("S-14 the app in front is read out of the words of %s", (_device, words, front) => {
  expect(frontApp(words)).toBe(front);
});

it("S-14 a question for a permission is of the app that asks, and nothing else that stands over it", () => {
  expect(isOf("org.example.notes", "org.example.notes")).toBe(true);
  expect(isOf("com.google.android.permissioncontroller", "org.example.notes")).toBe(true);
  for (const other of ["com.android.settings", "org.example.notes2", "org.example"])
    expect(isOf(other, "org.example.notes")).toBe(false);
});
