// @ts-check
// The Prometheus of tests/integration: Debian's package, with promtool.
import { installWithApt, isInstalled } from "./apt.mjs";

export const hasPrometheus = () => isInstalled("prometheus") && isInstalled("promtool");

/** Installs it where it is missing. Where that is not possible, a line says so and its tests are skipped. */
export function ensurePrometheus() {
  if (hasPrometheus() || installWithApt(["prometheus"])) return;
  process.stderr.write("Tests with Prometheus are skipped. Debian and Ubuntu: apt-get install prometheus\n");
}
