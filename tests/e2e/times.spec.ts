import { cockpitNow } from "./support/cockpit";
import { expect, test } from "./support/cockpit-test";

const HOME = "/admin/performance";

/** The last day on which New York had an hour twice: the first Sunday of a November. A fixed one leaves the retention. */
function lastRepeatedHour(now: number): string {
  const firstSunday = (year: number): Date => {
    const first = new Date(Date.UTC(year, 10, 1));
    return new Date(Date.UTC(year, 10, 1 + ((7 - first.getUTCDay()) % 7)));
  };
  const year = new Date(now).getUTCFullYear();
  // The day after it: the hour is over everywhere.
  const isOver = firstSunday(year).getTime() + 86_400_000 < now;
  return firstSunday(isOver ? year : year - 1)
    .toISOString()
    .slice(0, 10);
}

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? "with JavaScript" : "without JavaScript", () => {
    test.use({ javaScriptEnabled });

    test("times in a repeated hour stay when another filter changes", async ({ page }) => {
      const day = lastRepeatedHour(cockpitNow());
      const params = {
        from: `${day}T05:30:20.000Z`,
        to: `${day}T06:30:00.000Z`,
        tz: "America/New_York",
      };
      await page.goto(`${HOME}?${new URLSearchParams(params)}`);
      const fields = page.locator("input[name=from], input[name=to]");
      const values = [`${day}T01:30:20`, `${day}T01:30-05:00`];
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
