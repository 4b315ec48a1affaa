import { chromium } from "@playwright/test";
import { findChromium, findShell } from "../../chromium.mjs";

const isRoot = process.getuid?.() === 0;

/**
 * Launch options for Chromium on this machine. The global set-up installs a browser if none is available.
 * @param find the whole browser, or the program for pages alone
 */
function launchOf(find: () => string | null): { executablePath: string; args: string[] } {
  return {
    executablePath: find() ?? chromium.executablePath(),
    args: [...(isRoot ? ["--no-sandbox"] : []), "--disable-gpu", "--disable-background-networking"],
  };
}

export const chromiumLaunch = () => launchOf(findChromium);

/** For pages that need neither tabs nor windows: see `findShell`. */
export const shellLaunch = () => launchOf(findShell);
