import { startFirefox } from "./firefox";
import { findFirefox } from "./programs.mjs";
import { describeScriptIn } from "./script-in-engine";

const program = findFirefox();

describeScriptIn({
  name: "Firefox",
  engine: "Gecko",
  lacks: [],
  start: program === null ? null : () => startFirefox(program),
});
