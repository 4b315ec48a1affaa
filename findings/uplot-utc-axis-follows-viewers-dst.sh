#!/usr/bin/env bash
# `uPlot.tzDate(date, "Etc/UTC")`, the way to a chart in UTC, adds the viewer's offset at the given instant, and reads the
# viewer's clock at the instant that results. On the days on which the viewer's zone changes its offset, these two differ.
# So the labels of an axis in UTC are wrong for hours, though UTC has no summer time: in New York they are an hour ahead
# from 02:00 to 07:00 on 8 March 2026, with no 02:00 and two of 07:00, and an hour behind from 02:00 to 06:00 on
# 1 November. In Berlin two hours and one are wrong. A release at 04:30 is read as 05:30 (uplot 1.6.32).
# Exits with 1 when all hours of UTC have the right label.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts uplot@1.6.32
cat >check.cjs <<'SCRIPT'
const { readFileSync } = require("node:fs");
const nothing = () => {};
Object.assign(globalThis, { window: globalThis, document: { addEventListener: nothing }, addEventListener: nothing });
globalThis.dispatchEvent = nothing;
Object.assign(globalThis, { devicePixelRatio: 1, matchMedia: () => ({ addEventListener: nothing }) });
globalThis.navigator ??= { language: "en-US" };
const uPlot = require("uplot");

const label = uPlot.fmtDate("{HH}:{mm}");
/** The half hours of a day in UTC whose label is wrong, each as "right label -> label". */
function wrongLabels(day) {
  const start = Date.parse(`${day}T00:00Z`);
  return Array.from({ length: 48 }, (_, i) => new Date(start + i * 1_800_000))
    .map((date) => [date.toISOString().slice(11, 16), label(uPlot.tzDate(date, "Etc/UTC"))])
    .filter(([right, shown]) => right !== shown)
    .map((pair) => pair.join(" -> "));
}
console.log("uplot", JSON.parse(readFileSync("node_modules/uplot/package.json", "utf8")).version, "TZ", process.env.TZ);
for (const [day, count] of process.argv.slice(2).map((argument) => argument.split("="))) {
  const wrong = wrongLabels(day);
  console.log(`${day}: ${wrong.length} of 48 wrong`, wrong.join(", "));
  if (wrong.length !== Number(count)) process.exitCode = 1;
}
SCRIPT
TZ=America/New_York node check.cjs 2026-03-08=10 2026-07-01=0 2026-11-01=8
TZ=Europe/Berlin node check.cjs 2026-03-29=4 2026-07-01=0 2026-10-25=2
TZ=UTC node check.cjs 2026-03-08=0 2026-11-01=0
