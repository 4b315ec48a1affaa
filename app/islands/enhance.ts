import { autoSubmit } from "./auto-submit";
import { countdown } from "./countdown";
import { trendChart } from "./trend-chart";

/** What is done to an element that names it in `data-island`. */
const ISLANDS: Readonly<Record<string, (element: HTMLElement) => void>> = {
  countdown,
  filters: autoSubmit,
  trend: trendChart,
};

/**
 * Enhances what the server has rendered. An island that fails leaves its element as it was, and the others are
 * not concerned; the error is told to whoever listens for errors.
 */
export function enhance(root: ParentNode): void {
  for (const element of root.querySelectorAll<HTMLElement>("[data-island]")) {
    try {
      ISLANDS[element.dataset.island ?? ""]?.(element);
    } catch (error) {
      reportError(error);
    }
  }
}
