import { expect, test } from "./support/cockpit-test";

const HOME = "/admin/performance";

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? "with JavaScript" : "without JavaScript", () => {
    test.use({ javaScriptEnabled });

    test("times in a repeated hour stay when another filter changes", async ({ page }) => {
      const params = {
        from: "2026-11-01T05:30:20.000Z",
        to: "2026-11-01T06:30:00.000Z",
        tz: "America/New_York",
      };
      await page.goto(`${HOME}?${new URLSearchParams(params)}`);
      const fields = page.locator("input[name=from], input[name=to]");
      const values = ["2026-11-01T01:30:20", "2026-11-01T01:30-05:00"];
      for (const [i, value] of values.entries()) await expect(fields.nth(i)).toHaveValue(value);
      await page.getByRole("combobox", { name: "Device" }).selectOption("mobile");
      if (!javaScriptEnabled) await page.getByRole("button", { name: "Apply" }).click();
      await expect.poll(() => new URL(page.url()).searchParams.get("device")).toBe("mobile");
      // The fields of the new page have the same instants.
      for (const [i, value] of values.entries()) await expect(fields.nth(i)).toHaveValue(value);
      await expect(page.getByRole("list", { name: "Ignored parameters" })).toHaveCount(0);
    });
  });
}
