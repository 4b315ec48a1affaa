// The islands' module: enhances what the server rendered, and nothing depends on it.
import { afterFirstPaint } from "./islands/after-first-paint";
import { resetRestoredFilters } from "./islands/restored-filters";

resetRestoredFilters();
afterFirstPaint(async () => {
  // In the same file (setup/build.mjs); evaluating it alone costs more than the page's layout.
  const { enhance } = await import("./islands/enhance");
  enhance(document);
});
