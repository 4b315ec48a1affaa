import { CLOCK_BEGINNING, type Cockpit, fillWithLines, startCockpit } from "./cockpit";
import { test as withSample } from "./cockpit-test";
import { filledOnce } from "./filled-database";
import { twoReleases } from "./two-releases";

const twoLiveReleases = filledOnce("two-releases", (file) =>
  fillWithLines(file, twoReleases(CLOCK_BEGINNING)),
);

/** A cockpit with two releases that are live at once: /checkout got slower by 40 %, /search faster by 30 %. */
export const test = withSample.extend<object, { sampleCockpit: Cockpit }>({
  sampleCockpit: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the parameter's form
    async ({}, use) => {
      const cockpit = await startCockpit(twoLiveReleases, { PROFILING_ENABLED: "1" });
      await use(cockpit);
      await cockpit.stop();
    },
    { scope: "worker", timeout: 300_000 },
  ],
});

export { expect } from "./cockpit-test";
