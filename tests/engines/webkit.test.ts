import { findWebKit } from "./programs.mjs";
import { describeScriptIn } from "./script-in-engine";
import { startWebKit } from "./webkit";

const programs = findWebKit();

describeScriptIn({
  name: "WebKitGTK",
  engine: "WebKit",
  // Safari has them since 26.2; WebKitGTK 2.50 has not.
  lacks: ["INP", "LCP"],
  start: programs === null ? null : () => startWebKit(programs),
});
