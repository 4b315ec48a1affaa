/**
 * Lets the filters of a page that is gone back to show what belongs to the page, not the values that it was left with.
 * It listens before the islands run: a slow machine may be left and gone back to before, and the filters would take
 * what is left in them for a change.
 */
export function resetRestoredFilters(): void {
  addEventListener("pageshow", ({ persisted }) => {
    if (!persisted) return;
    for (const form of document.querySelectorAll<HTMLFormElement>("form[data-island='filters']"))
      form.reset();
  });
}
