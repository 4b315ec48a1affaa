import { existsSync } from "node:fs";
import { chromium } from "@playwright/test";

/** Where Linux distributions put their own Chromium. */
const INSTALLED = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/lib/chromium/chromium"];

const isRoot = process.getuid?.() === 0;

/** The browser to start and the arguments that this machine needs: an installed one, else Playwright's own. */
export function chromiumLaunch(): { executablePath: string; args: string[] } {
  return {
    executablePath: INSTALLED.find((path) => existsSync(path)) ?? chromium.executablePath(),
    args: [...(isRoot ? ["--no-sandbox"] : []), "--disable-gpu", "--disable-background-networking"],
  };
}
