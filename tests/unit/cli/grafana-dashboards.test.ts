import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runCommandLine } from "../../../app/cli/command-line";
import { COMMANDS } from "../../../app/cli/commands";
import { type TemporaryFolder, temporaryFolder } from "../../support/temporary-folder";
import { fakeIo } from "./fake-io";

let folder: TemporaryFolder;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

describe("grafana:dashboards", () => {
  it("writes the dashboards under their uids, and prints their paths", async () => {
    const out = join(folder.path, "a", "b");
    const io = fakeIo();
    expect(await runCommandLine(["grafana:dashboards", "--out", out], COMMANDS, io)).toBe(0);
    expect(readdirSync(out).sort()).toEqual([
      "faro-web-app.json",
      "web-vitals-by-release.json",
      "worker-overview.json",
    ]);
    const titles = ["faro-web-app", "worker-overview", "web-vitals-by-release"].map((uid) => {
      const dashboard = JSON.parse(readFileSync(join(out, `${uid}.json`), "utf8"));
      expect(dashboard.uid).toBe(uid);
      return dashboard.title;
    });
    expect(titles).toEqual(["Frontend Traces", "Worker Overview", "Web Vitals by release"]);
    expect(io.out.text).toBe(
      `${out}/faro-web-app.json  Frontend Traces\n${out}/worker-overview.json  Worker Overview\n` +
        `${out}/web-vitals-by-release.json  Web Vitals by release\n`,
    );
  });

  it("fails with the path that it can't write", async () => {
    const io = fakeIo();
    const out = join(import.meta.filename, "below-a-file");
    expect(await runCommandLine(["grafana:dashboards", "--out", out], COMMANDS, io)).toBe(1);
    expect(io.stderr.text).toMatch(/^grafana:dashboards: ENOTDIR: /);
  });
});
