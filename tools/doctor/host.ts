import { execFile } from "node:child_process";
import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { promisify } from "node:util";
import { denoProgram } from "../agent-command.ts";
import { type Finding, missing, ok } from "./finding.ts";

const run = promisify(execFile);
const KVM = "/dev/kvm";

/** What the machine itself has. */
export async function hostFindings(): Promise<Finding[]> {
  return await Promise.all([sandbox(), kvm(), adbProgram()]);
}

async function sandbox(): Promise<Finding> {
  const [command, ...args] = denoProgram();
  try {
    const { stdout } = await run(command, [...args, "--version"]);
    return ok(stdout.split("\n")[0] ?? "deno");
  } catch {
    return missing("deno, the sandbox that the agent runs in", "npm install");
  }
}

async function kvm(): Promise<Finding> {
  try {
    await access(KVM, constants.R_OK | constants.W_OK);
    return ok("KVM: virtual devices run at full speed");
  } catch (error) {
    const there = error instanceof Error && "code" in error && error.code === "EACCES";
    return there
      ? missing(`KVM is there, but not for you`, "sudo usermod --append --groups kvm $USER, and log in again")
      : missing(
          "KVM, which Cuttlefish and the Android Emulator need (redroid and a phone on USB do not)",
          "switch on virtualisation in the firmware, or nested virtualisation where this machine is a VM itself",
        );
  }
}

async function adbProgram(): Promise<Finding> {
  try {
    const { stdout } = await run("adb", ["version"]);
    return ok(`adb ${/^Version (\S+)/m.exec(stdout)?.[1] ?? "of an unknown version"}`);
  } catch {
    return missing("adb", "sudo apt install adb");
  }
}
