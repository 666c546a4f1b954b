/**
 * Asks which activity is in front. It is one line of thousands, so the device looks for it. Nothing of a person's is in it.
 */
export const FRONT_QUESTION = ["sh", "-c", "dumpsys activity activities | grep ResumedActivity"] as const;

/** What asks for a permission on behalf of an app, over it. */
const ON_BEHALF = new Set(["com.android.permissioncontroller", "com.google.android.permissioncontroller"]);

/** `topResumedActivity=ActivityRecord{HASH uUSER PACKAGE/ACTIVITY tTASK}`; before Android 10 only `mResumedActivity: `. */
const TOP = /\btopResumedActivity=ActivityRecord\{\w+ u\d+ ([\w.]+)\//;
const RESUMED = /ResumedActivity[:=] ?ActivityRecord\{\w+ u\d+ ([\w.]+)\//;

/** The package of the activity in front; undefined while there is none, as behind a lock screen. */
export function frontApp(answer: string): string | undefined {
  return (TOP.exec(answer) ?? RESUMED.exec(answer))?.[1];
}

/** Whether what is in front is of this app. */
export function isOf(front: string, app: string): boolean {
  return front === app || ON_BEHALF.has(front);
}
