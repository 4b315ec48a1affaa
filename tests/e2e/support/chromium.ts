import { chromium } from "@playwright/test";
import { findChromium } from "../../chromium.mjs";

const isRoot = process.getuid?.() === 0;

/** Launch options for Chromium on this machine. The global set-up installs a browser if none is available. */
export function chromiumLaunch(): { executablePath: string; args: string[] } {
  return {
    executablePath: findChromium() ?? chromium.executablePath(),
    args: [...(isRoot ? ["--no-sandbox"] : []), "--disable-gpu", "--disable-background-networking"],
  };
}
