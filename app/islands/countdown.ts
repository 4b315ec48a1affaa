/** The last second of the count is for storing the profile. */
const textAt = (seconds: number): string =>
  seconds <= 1 ? "Any moment now." : `It ends in ${seconds - 1}\u202fs.`;

/**
 * Counts the seconds of `data-seconds` down in the element's first child, and then follows its link, which leads to the
 * result. Timers of a page in the background may be late, so the time that is left comes from the clock.
 */
export function countdown(element: HTMLElement): void {
  const text = element.firstElementChild;
  const link = element.querySelector("a");
  const end = performance.now() + Number(element.dataset.seconds) * 1_000;
  if (text === null || link === null || Number.isNaN(end))
    throw new TypeError("countdown has no text or no end.");
  const timer = setInterval(() => {
    const left = Math.ceil((end - performance.now()) / 1_000);
    text.textContent = textAt(left);
    if (left > 0) return;
    clearInterval(timer);
    location.replace(link.href);
  }, 250);
}
