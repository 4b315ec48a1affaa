import type { Metric } from "../vitals/metrics";

/** A place on an axis, and what is written there. */
export type Tick = { at: number; label: string };

/**
 * What the trend chart's island is told, as JSON in the page:
 *
 *     <figure data-island="trend-chart">
 *       <svg …>… <rect data-plot …/> …</svg>
 *       <script type="application/json" data-trend>{…}</script>
 *     </figure>
 *
 * The island draws the same chart in the place of the SVG, so everything that was decided for that one is in
 * here, and `[data-plot]` is the area between the axes, so that nothing moves. The columns (`times`, `values`,
 * `n`) are of one length: every step of the window, with and without data.
 */
export type TrendIsland = {
  metric: Metric;
  /** What the line is, such as `LCP p75`. */
  label: string;
  /** Beginning of each step, ascending, in ms since the epoch. */
  times: number[];
  /** Length of a step, in ms. */
  step: number;
  /** The window, in ms since the epoch: the ends of the x axis. */
  from: number;
  to: number;
  /** In the metric's unit; `null` where a step has no value to show. */
  values: Array<number | null>;
  /** Samples of each step. */
  n: number[];
  /** Upper end of the y axis, which begins at 0. */
  yMax: number;
  yTicks: Tick[];
  /** At ms since the epoch. */
  xTicks: Tick[];
  /** The thresholds of the metric, in its unit. */
  bands: { good: number; needsImprovement: number };
  /** Releases, at ms since the epoch. */
  markers: Tick[];
  /** Zone of the times that are written. */
  tz: string;
  /** Link to a part of the window: `FROM` and `TO` in it stand for ISO 8601 instants. */
  zoomHref: string;
};
