import { chromium, type LaunchOptions } from "@playwright/test";
import { findChromium, findWindowlessChromium } from "../../chromium.mjs";

const isRoot = process.getuid?.() === 0;

/**
 * What a test needs: `withTabs` for pages that are hidden by others, for the back/forward cache, and for figures of a
 * browser as people have it.
 */
type Needs = { withTabs?: boolean };

/** Launch options for Chromium on this machine. The global set-up installs a browser if none is available. */
export function chromiumLaunch({ withTabs = false }: Needs = {}): { executablePath: string; args: string[] } {
  return {
    executablePath: (withTabs ? findChromium() : findWindowlessChromium()) ?? chromium.executablePath(),
    args: [...(isRoot ? ["--no-sandbox"] : []), "--disable-gpu", "--disable-background-networking"],
  };
}

/** Options of the browser that Playwright starts for the tests of a file. */
export function launchOptions(needs: Needs = {}): LaunchOptions {
  const { executablePath, args } = chromiumLaunch(needs);
  return {
    executablePath,
    // With a limit Chromium keeps no spare process ready beside each page. Contexts share none all the same.
    args: [...args, "--renderer-process-limit=1"],
    ignoreDefaultArgs: ["--disable-back-forward-cache"],
  };
}
