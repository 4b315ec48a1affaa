import { overflow, violations } from "./support/axe";
import { PASSWORD } from "./support/cockpit";
import { expect, test } from "./support/cockpit-test";

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? "with JavaScript" : "without JavaScript", () => {
    test.use({ javaScriptEnabled });

    test("creates a token, which opens what its scope names, and revokes it", async ({ page, cockpit }) => {
      const name = `Pipeline ${javaScriptEnabled ? "with" : "without"} a very long name that has to wrap somewhere`;
      await page.goto("/admin/performance");
      await page.getByRole("link", { name: "Access" }).click();
      await page.getByLabel(/^Name/).fill(name);
      await page.getByLabel(/^read/).check();
      await page.getByRole("button", { name: "Create token" }).click();
      const token = await page.getByRole("region", { name: "New token" }).getByRole("code").innerText();
      await page.setViewportSize({ width: 360, height: 640 });
      expect(await overflow(page)).toBe(0);
      if (javaScriptEnabled) expect(await violations(page)).toEqual([]);
      const statusOf = async (path: string): Promise<number> => {
        const headers = { Authorization: `Bearer ${token}` };
        return (await fetch(cockpit.origin + path, { headers })).status;
      };
      expect(await statusOf("/metrics")).toBe(200);
      expect(await statusOf("/api/admin/performance/gate?release=1")).toBe(403);

      await page.goto("/admin/access");
      await expect(page.getByText(token)).toHaveCount(0);
      await expect(page.getByRole("row", { name })).toContainText("read");
      await page.getByRole("button", { name: `Revoke ${name}` }).click();
      await expect(page.getByRole("row", { name })).toHaveCount(0);
      expect(await statusOf("/metrics")).toBe(401);
    });

    test("ends the session of another browser", async ({ page, browser, cockpit }) => {
      const userAgent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0";
      const other = await browser.newContext({ userAgent, storageState: { cookies: [], origins: [] } });
      const otherPage = await other.newPage();
      await otherPage.goto(`${cockpit.origin}/admin/access`);
      await otherPage.getByLabel("Password").fill(PASSWORD);
      await otherPage.getByRole("button", { name: "Sign in" }).click();
      await expect(otherPage.getByRole("heading", { name: "Access" })).toBeVisible();
      await page.goto("/admin/access");
      await page.getByRole("button", { name: "End Firefox on Windows" }).click();
      await expect(page.getByText("Firefox on Windows")).toHaveCount(0);
      await otherPage.reload();
      await expect(otherPage.getByLabel("Password")).toBeVisible();
      await other.close();
    });
  });
}

test("a page blocks and reports a script that writes HTML", async ({ browser, cockpit }) => {
  // A page of its own: others of the tests may not violate the policy.
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(`${cockpit.origin}/login`);
  const isBlocked = await page.evaluate(() => {
    try {
      document.body.innerHTML = "<b>written</b>";
      return false;
    } catch {
      return true;
    }
  });
  expect(isBlocked).toBe(true);
  await cockpit.complained("by the content security policy");
  await context.close();
});
