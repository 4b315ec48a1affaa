// @ts-check
// The pgbouncer of tests/postgresql: Debian's package.
import { installWithApt, isInstalled } from "./apt.mjs";

export const hasPgbouncer = () => isInstalled("pgbouncer");

/** Installs it where it is missing. Where that is not possible, a line says so and its tests are skipped. */
export function ensurePgbouncer() {
  if (hasPgbouncer() || installWithApt(["pgbouncer"])) return;
  process.stderr.write("Tests with pgbouncer are skipped. Debian and Ubuntu: apt-get install pgbouncer\n");
}
