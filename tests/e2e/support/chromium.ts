import { chromium } from "@playwright/test";
import { findChromium } from "../../chromium.mjs";

const isRoot = process.getuid?.() === 0;

/** The browser to start, and the arguments that this machine needs. Global set-up installs a browser if there is none. */
export function chromiumLaunch(): { executablePath: string; args: string[] } {
  return {
    executablePath: findChromium() ?? chromium.executablePath(),
    args: [...(isRoot ? ["--no-sandbox"] : []), "--disable-gpu", "--disable-background-networking"],
  };
}
