import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Page } from "@playwright/test";
import { overflow, violations } from "./support/axe";
import { TOKEN } from "./support/cockpit";
import { expect, test } from "./support/compared-test";
import { routesOf } from "./support/routes-of";
import { RARE, RELEASES } from "./support/two-releases";

const HOME = "/admin/performance";
const COMPARED = `${HOME}?compare=previous`;

const cards = (page: Page) => page.getByRole("navigation", { name: "Web Vitals" });
const table = (page: Page) => page.getByRole("region", { name: "Table of routes" });
const row = (page: Page, route: string) => table(page).getByRole("row").filter({ hasText: route });
const param = (page: Page, name: string) => new URL(page.url()).searchParams.get(name);

/** `+39%`, rounded like badges. */
const signed = (percent: number): string => `${percent > 0 ? "+" : ""}${Math.round(percent)}%`;

type Delta = { percent: number | null; verdict: string; windows: string; n: { current: number } };
type ComparedAnswer = {
  current: { release: string; window: { to: string } };
  previous: { release: string; metrics: Record<string, { n: number }> } | null;
  delta: Record<string, Delta> | null;
  comparison: {
    baseline: string | null;
    reason: string | null;
    currentWindows: Array<{ from: string; to: string }>;
    baselineWindows: Array<{ from: string; to: string }>;
  } | null;
  trend: Array<{
    from: string;
    to: string;
    metrics: Record<string, { n: number }>;
    baseline: { n: number } | null;
  }>;
  routes: Array<{ route: string; delta: Record<string, Delta> | null }>;
};

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? "with JavaScript" : "without JavaScript", () => {
    test.use({ javaScriptEnabled });

    test("the filter compares a release with the previous one, and writes it to the URL", async ({
      page,
      cockpit,
    }) => {
      await page.goto(HOME);
      await expect(cards(page)).not.toContainText("unchanged");
      await page.getByRole("combobox", { name: "Compare" }).selectOption({ value: "previous" });
      if (!javaScriptEnabled) await page.getByRole("button", { name: "Apply" }).click();
      await expect.poll(() => param(page, "compare")).toBe("previous");
      const answer = (await cockpit.vitals({ compare: "previous" })) as unknown as ComparedAnswer;
      expect(answer.current.release).toBe(RELEASES.current);
      expect(answer.delta?.FCP).toMatchObject({ verdict: "unchanged", windows: "model" });
      await expect(cards(page).locator("[data-metric=FCP]")).toContainText("unchanged");
      await expect(page.getByRole("main")).toContainText(
        new RegExp(
          `${RELEASES.current} (is|changed|was).* ${RELEASES.baseline} on LCP|Whether ${RELEASES.current} changed LCP`,
        ),
      );
      await expect(page.getByRole("main")).toContainText("all hours of 2 days");
    });

    test("regressions come first, with their badges and links to their pages", async ({ page, cockpit }) => {
      await page.goto(COMPARED);
      const { routes } = (await cockpit.vitals({ compare: "previous" })) as unknown as ComparedAnswer;
      const verdicts = new Map(routes.map(({ route, delta }) => [route, delta?.LCP]));
      expect(verdicts.get("/checkout")?.verdict).toBe("regression");
      expect(verdicts.get("/search")?.verdict).toBe("improvement");
      expect(verdicts.get("/docs/[slug]")?.verdict).toBe("unchanged");
      expect(verdicts.get(RARE)?.verdict).toBe("not-enough-data");
      expect(await routesOf(table(page))).toEqual(routes.map(({ route }) => route));
      expect((await routesOf(table(page)))[0]).toBe("/checkout");
      await expect(row(page, "/checkout")).toContainText(
        `${signed(verdicts.get("/checkout")?.percent ?? Number.NaN)} ↑`,
      );
      await expect(row(page, "/search")).toContainText(
        `${signed(verdicts.get("/search")?.percent ?? Number.NaN)} ↓`,
      );
      await expect(row(page, RARE).getByRole("cell", { name: "· undecided" })).toHaveCount(5);

      await table(page).getByRole("link", { name: "Views" }).click();
      await expect.poll(() => param(page, "sort")).toBe("views");
      expect(param(page, "compare")).toBe("previous");
      await table(page).getByRole("link", { name: "change" }).first().click();
      await expect.poll(() => param(page, "sort")).toBeNull();
      expect((await routesOf(table(page)))[0]).toBe("/checkout");

      await table(page).getByRole("link", { name: "/checkout" }).click();
      await expect(page.getByRole("main")).toContainText(
        `${RELEASES.current} is slower than ${RELEASES.baseline} on LCP`,
      );
      await expect(page.getByRole("heading", { name: "What changed" })).toBeVisible();
      await expect(page.getByRole("main")).toContainText(/LCP by device: .*desktop is slower, \+\d+% ↑/);
      await expect(page.getByRole("main")).toContainText(/The LCP element “main>(img|h1)” changed most/);
    });

    test("the chart has the compared times of both releases, or those of the range", async ({
      page,
      cockpit,
    }) => {
      const answer = async (query: Record<string, string>) =>
        (await cockpit.vitals({ compare: "previous", ...query })) as unknown as ComparedAnswer;
      const chart = page.locator("#trend");
      const nav = chart.getByRole("navigation", { name: "Times of the chart" });
      /** Times and n of both releases, the baseline first, as the table under the chart has them; 0 without its column. */
      const rows = async () => {
        // All of them have arrived then.
        await page.waitForLoadState("domcontentloaded");
        return chart.locator("tbody tr").evaluateAll((all) =>
          all.map((row) => {
            const [first = 0, second = null] = [...row.querySelectorAll("td")].map(({ textContent }) =>
              Number(textContent.replace(/^.*n /, "").replaceAll(",", "")),
            );
            const time = row.querySelector("th")?.title ?? "";
            return second === null ? [time, 0, first] : [time, first, second];
          }),
        );
      };
      const rowsOf = ({ trend }: ComparedAnswer) =>
        trend.map(({ from, metrics, baseline }) => [from, baseline?.n, metrics.LCP?.n]);

      await page.goto(`${COMPARED}&range=1h`);
      const { trend, comparison, ...rest } = await answer({ range: "1h" });
      expect(trend[0]?.from).toBe(comparison?.baselineWindows[0]?.from);
      expect(trend.at(-1)?.to).toBe(comparison?.currentWindows.at(-1)?.to);
      expect(await rows()).toEqual(rowsOf({ trend, comparison, ...rest }));
      await expect(nav.locator("[aria-current]")).toHaveText("Compared times");
      const svg = await page.request.get(`/api${HOME}/web-vitals?compare=previous&format=svg`);
      const image = await svg.text();
      for (const side of ["current", "baseline"]) {
        await expect(chart.locator(`[data-interval=${side}]`)).toHaveCount(1);
        await expect(chart.locator(`[data-line=${side}]`)).toHaveAttribute("d", /^M/);
        expect(image.match(new RegExp(`class="band-${side}"`, "g"))).toHaveLength(1);
      }
      await expect(chart.locator("[data-switch]")).toHaveCount(1);
      await expect(chart.locator("[data-shared]")).toHaveCount(1);
      await expect(chart.getByText(/On the axis: both live, \d+ hours\./)).toBeVisible();
      if (javaScriptEnabled) {
        await expect(chart.locator(".is-live canvas")).toBeVisible();
        await expect(chart.locator("[data-interval=current]")).toBeVisible();
      }

      await nav.getByRole("link", { name: "Last hour" }).click();
      await expect.poll(() => param(page, "span")).toBe("range");
      const lastHour = () => answer({ range: "1h", span: "range" });
      for (;;) {
        const before = await lastHour();
        await page.goto(page.url());
        const shown = await rows();
        // The hour goes on with every five minutes, which may end between the answer and the page.
        if ((await lastHour()).current.window.to !== before.current.window.to) continue;
        expect(shown).toEqual(rowsOf(before));
        break;
      }
      await expect(chart.getByText("it is compared by whole hours")).toBeVisible();
      await nav.getByRole("link", { name: "Compared times" }).click();
      await expect.poll(() => param(page, "span")).toBeNull();

      await page.goto(`${HOME}/route?route=%2Fcheckout&compare=previous`);
      await expect(chart.locator("[data-interval]")).toHaveCount(2);
      await expect(chart.locator("[data-switch]")).toHaveCount(1);
    });

    test("a card and the banner name the look of the verdict", async ({ page }) => {
      await page.goto(COMPARED);
      await expect(cards(page).locator("[data-metric=FCP]")).toContainText(/unchanged, (live|at 24 h)/);
      const banner = page.getByRole("region", { name: "Comparison" });
      await expect(banner).toContainText(/Verdict of (now|the look at 24 h).*Next look: /);
      await page.goto(`${HOME}/route?route=%2Fcheckout&compare=previous`);
      await expect(banner).toContainText("Verdict of one look, now");
    });

    test("a permalink names both releases, and shows the same figures a day later", async ({ page }) => {
      await page.goto(COMPARED);
      await page.getByRole("link", { name: "Permalink" }).click();
      await expect.poll(() => param(page, "release")).toBe(RELEASES.current);
      expect(param(page, "compare")).toBe(RELEASES.baseline);
      expect(param(page, "from")).not.toBeNull();
      expect((await routesOf(table(page)))[0]).toBe("/checkout");
    });

    test("a filtered release links to its comparison", async ({ page }) => {
      await page.goto(`${HOME}?release=${RELEASES.current}`);
      await page.getByRole("link", { name: /Compare with the previous release/ }).click();
      await expect.poll(() => param(page, "compare")).toBe("previous");
      expect(param(page, "release")).toBe(RELEASES.current);
    });

    test("a sentence explains why releases can't be compared", async ({ page }) => {
      for (const [search, words] of [
        [`release=${RELEASES.baseline}&compare=previous`, RELEASES.baseline],
        [`release=${RELEASES.current}&compare=${RELEASES.current}`, "itself"],
        ["compare=9.9.9", "9.9.9"],
        ["release=9.9.9&compare=previous", "9.9.9"],
      ] as const) {
        await page.goto(`${HOME}?${search}`);
        await expect(page.getByRole("region", { name: "Comparison" })).toContainText(words);
        await expect(cards(page)).not.toContainText("↑");
      }
    });

    test("the releases page shows each verdict, and links to the comparison", async ({ page }) => {
      await page.goto(`${HOME}/releases`);
      const release = page.getByRole("row").filter({ hasText: "current" });
      await expect(release.getByRole("link", { name: /unchanged|undecided|faster|slower/ })).toHaveCount(5);
      await release
        .getByRole("link", { name: /unchanged|undecided|faster|slower/ })
        .nth(1)
        .click();
      await expect.poll(() => param(page, "compare")).toBe(RELEASES.baseline);
      expect(param(page, "release")).toBe(RELEASES.current);
      await expect(page.getByRole("main")).toContainText(`${RELEASES.current} is`);
    });
  });
}

test("the tables of routes and releases fit 1,280 px", async ({ page }) => {
  await page.setViewportSize({ width: 1_280, height: 900 });
  for (const [path, name] of [
    [COMPARED, "Table of routes"],
    [`${HOME}/releases`, "Table of releases"],
  ] as const) {
    await page.goto(path);
    const hidden = await page
      .getByRole("region", { name })
      .evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth);
    expect(hidden, name).toBeLessThanOrEqual(0);
  }
});

test("the route table is as high while comparing as without, and each row is one line", async ({ page }) => {
  const heights = async (path: string) => {
    await page.goto(path);
    const box = await table(page).locator("table").boundingBox();
    const rows = await table(page).getByRole("row").all();
    const each = await Promise.all(rows.map((one) => one.boundingBox()));
    return { table: box?.height ?? 0, rows: each.map((one) => one?.height ?? 0) };
  };
  for (const width of [360, 1_280]) {
    await page.setViewportSize({ width, height: 900 });
    const without = await heights(`${HOME}?release=${RELEASES.current}`);
    const comparing = await heights(COMPARED);
    expect(comparing.rows.length, `${width} px`).toBe(without.rows.length);
    expect(comparing.table, `${width} px`).toBeLessThanOrEqual(without.table);
    expect(Math.max(...comparing.rows), `${width} px`).toBeLessThanOrEqual(Math.max(...without.rows));
  }
});

test("pages with a comparison pass axe and fit every viewport width", async ({ page }) => {
  for (const path of [
    COMPARED,
    `${HOME}/route?route=%2Fcheckout&compare=previous`,
    `${HOME}/releases?compare=previous`,
  ]) {
    for (const width of [360, 1_280]) {
      await page.setViewportSize({ width, height: 900 });
      await page.goto(path);
      expect(await overflow(page), `${path} at ${width}`).toBe(0);
    }
    expect(await violations(page), path).toEqual([]);
  }
});

test("the JSON endpoint returns the documented shape", async ({ cockpit }) => {
  const answer = (await cockpit.vitals({ compare: "true", range: "24h" })) as unknown as ComparedAnswer;
  expect(answer.previous?.release).toBe(RELEASES.baseline);
  expect(Object.keys(answer.previous?.metrics ?? {}).sort()).toEqual(["CLS", "FCP", "INP", "LCP", "TTFB"]);
  expect(answer.delta?.LCP).toMatchObject({
    percent: expect.any(Number),
    absolute: expect.any(Number),
    interval: { low: expect.any(Number), high: expect.any(Number) },
    goodShare: { points: expect.any(Number), low: expect.any(Number), high: expect.any(Number) },
    verdict: expect.any(String),
    early: expect.any(Boolean),
    windows: "model",
    samplesNeeded: null,
    raw: { percent: expect.any(Number) },
    mix: { percent: expect.any(Number), leftOut: expect.any(Number) },
  });
  expect(answer.delta?.CLS).toMatchObject({ percent: null, interval: { low: expect.any(Number) } });
  expect(answer.comparison).toMatchObject({
    baseline: RELEASES.baseline,
    baselineWindows: [{ from: expect.any(String), to: expect.any(String) }],
    reason: null,
  });
  const alone = (await cockpit.vitals({
    release: RELEASES.baseline,
    compare: "true",
  })) as unknown as ComparedAnswer;
  expect([alone.previous, alone.delta, alone.comparison?.reason]).toEqual([null, null, "no-previous"]);
});

/** Runs `curl -f` like a deploy job; returns its output and exit code. */
async function curl(origin: string, search: string, ...more: string[]) {
  const url = `${origin}/api/admin/performance/gate?${search}`;
  const run = promisify(execFile)("curl", ["-fsS", "-H", `Authorization: Bearer ${TOKEN}`, ...more, url]);
  return run.then(
    ({ stdout }) => ({ code: 0, stdout }),
    ({ code, stdout }: { code: number; stdout: string }) => ({ code, stdout }),
  );
}

test("the gate fails a pipeline on a regression, and on nothing else", async ({ cockpit }) => {
  const asked = (search: string, ...more: string[]) => curl(cockpit.origin, search, ...more);
  const passes = await asked(`release=${RELEASES.current}&metrics=FCP`);
  expect(passes).toEqual({
    code: 0,
    stdout: expect.stringMatching(/^pass: 2\.4\.1 is not worse than 2\.4\.0 on FCP\.\n/),
  });
  // Exit code of curl -f for a status of 400 or more.
  const REFUSED = 22;
  expect((await asked(`release=${RELEASES.current}&metrics=LCP&routes=all`)).code).toBe(REFUSED);
  const regression = await asked(
    `release=${RELEASES.current}&metrics=LCP&routes=%2Fcheckout`,
    "--no-fail",
    "-w",
    "%{http_code}",
  );
  expect(regression.stdout).toMatch(/^regression: \/checkout: 2\.4\.1 is slower than 2\.4\.0 on LCP.*409$/s);
  const few = `release=${RELEASES.current}&metrics=LCP&min-samples=1000000`;
  expect((await asked(few)).code).toBe(0);
  expect((await asked(`${few}&inconclusive=fail`)).code).toBe(REFUSED);
  expect((await asked("release=9.9.9", "--no-fail", "-w", "%{http_code}")).stdout).toMatch(/404$/);
  expect(
    (await asked(`release=${RELEASES.current}&metrics=LPC`, "--no-fail", "-w", "%{http_code}")).stdout,
  ).toMatch(/metrics.*400$/s);
  expect((await asked("", "--no-fail", "-w", "%{http_code}")).stdout).toMatch(/^release must.*400$/s);
  const json = await asked(`release=${RELEASES.current}&metrics=FCP`, "-H", "Accept: application/json");
  expect(JSON.parse(json.stdout)).toMatchObject({
    outcome: "pass",
    judged: [{ metric: "FCP", route: null }],
  });
});
