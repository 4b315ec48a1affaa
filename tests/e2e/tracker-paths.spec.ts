import { startCockpit } from "./support/cockpit";
import { hide, painted, WORK_BUTTON } from "./support/real-tabs";
import { startSite } from "./support/site";
import { expect, test } from "./support/tracker-test";

test("the script at SCRIPT_PATH sends to BEACON_PATH without an attribute", async ({ tab }) => {
  const cockpit = await startCockpit(undefined, { SCRIPT_PATH: "/static/m.js", BEACON_PATH: "/in" });
  const site = await startSite(`${cockpit.origin}/static/m.js`);
  try {
    const sent: string[] = [];
    tab.context().on("request", (request) => {
      if (request.method() === "POST") sent.push(request.url());
    });
    await tab.goto(site.page("/a", { body: WORK_BUTTON, script: { "build-version": "2.4.1" } }));
    await tab.waitForFunction(() => performance.getEntriesByName("first-contentful-paint").length > 0);
    await painted(tab);
    await hide(tab);
    const read = async () => (await cockpit.vitals({ range: "1h" })).routes.map(({ route }) => route);
    await expect.poll(read).toEqual(["/a"]);
    expect(new Set(sent)).toEqual(new Set([`${cockpit.origin}/in`]));
  } finally {
    await site.close();
    await cockpit.stop();
  }
});
