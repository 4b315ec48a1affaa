import type { TrendFigure } from "./trend-figure";

const HELP = "Arrow keys go from step to step. With Shift they select; Enter zooms in, Escape clears.";

/** What lies over the plot: it takes the keys, and says what the step that is pointed at has to say. */
export type TrendLayer = {
  element: HTMLElement;
  /** Makes a step the one that is spoken of, and shows its words beside `left` px of `width`. */
  show(step: number, left: number, width: number): void;
  hide(): void;
};

function child(parent: HTMLElement, className: string, attributes: Record<string, string> = {}): HTMLElement {
  const made = document.createElement("div");
  made.className = className;
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  parent.append(made);
  return made;
}

/** Puts a layer into the figure: to screen readers a slider over the steps, which begins at `first`. */
export function createLayer(figure: HTMLElement, { data }: TrendFigure, first: number): TrendLayer {
  const element = child(figure, "trend-live", {
    role: "slider",
    tabindex: "0",
    "aria-label": `${data.metric} p${data.percentile}, step by step`,
    "aria-describedby": "trend-help",
    "aria-valuemin": "0",
    "aria-valuemax": String(data.times.length - 1),
  });
  child(element, "sr-only", { id: "trend-help" }).textContent = HELP;
  // The slider says the same.
  const readout = child(element, "trend-readout", { "aria-hidden": "true", hidden: "" });
  const say = (step: number) => {
    const text = data.texts[step] ?? "";
    readout.textContent = text;
    element.setAttribute("aria-valuenow", String(step));
    element.setAttribute("aria-valuetext", text.replaceAll("\n", ", "));
  };
  say(first);
  return {
    element,
    show(step, left, width) {
      say(step);
      // On the side with more room, so that it covers neither the point nor the edge.
      const before = left > width / 2;
      readout.classList.toggle("trend-readout-left", before);
      readout.style.setProperty("--x", `${before ? width - left : left}px`);
      readout.hidden = false;
    },
    hide() {
      readout.hidden = true;
    },
  };
}
