/** Name of the control that had the focus when its form was sent, for the page that comes next. */
const FOCUS = "auto-submit-focus";

/** With these keys a closed select changes its value at once, each time, without its choices being seen. */
const BLIND_KEYS: ReadonlySet<string> = new Set([
  "ArrowUp",
  "ArrowDown",
  "ArrowLeft",
  "ArrowRight",
  "Home",
  "End",
  "PageUp",
  "PageDown",
]);
const isBlind = ({ key, altKey }: KeyboardEvent): boolean =>
  !altKey && (BLIND_KEYS.has(key) || (key.length === 1 && key !== " "));

/** Parameters that say nothing are left out, as in the links that the server writes. */
function leaveOutDefaults(form: HTMLFormElement, data: FormData): void {
  for (const [name, value] of [...data]) {
    const control = form.elements.namedItem(name);
    const ordinary = control instanceof HTMLElement ? control.dataset.default : undefined;
    if (value === "" || value === ordinary) data.delete(name);
  }
}

/** A select that was changed before this ran, as on a slow machine: its page shows another value. */
const changedEarly = (form: HTMLFormElement): HTMLSelectElement | undefined =>
  [...form.querySelectorAll("select")].find(({ options, selectedIndex }) => {
    const shown = [...options].findIndex(({ defaultSelected }) => defaultSelected);
    return selectedIndex !== Math.max(0, shown);
  });

/** Times of their own would override the range that was just chosen. */
function clearTimes(form: HTMLFormElement): void {
  for (const name of ["from", "to"]) {
    const field = form.elements.namedItem(name);
    if (field instanceof HTMLInputElement) field.value = "";
  }
}

/** The next page is a new document: who goes on by keyboard goes on where they were. */
function keepFocus(name: string): void {
  try {
    sessionStorage.setItem(FOCUS, name);
  } catch {
    // Storage may be forbidden; the page works without.
  }
}

function restoreFocus(form: HTMLFormElement): void {
  try {
    const name = sessionStorage.getItem(FOCUS);
    if (name === null) return;
    const control = form.elements.namedItem(name);
    sessionStorage.removeItem(FOCUS);
    if (control instanceof HTMLElement && document.activeElement === document.body) {
      control.focus({ preventScroll: true });
    }
  } catch {
    // As above.
  }
}

/**
 * A form that is sent as soon as one of its selects has another value; its button stays for the rest. Who
 * changes a select by keyboard without opening it passes many values on the way to the one that is meant, so
 * there Enter sends the form.
 *
 * A control's `data-default` is the value that needn't stand in the URL.
 */
export function autoSubmit(element: HTMLElement): void {
  if (!(element instanceof HTMLFormElement)) throw new TypeError("auto-submit is for forms.");
  const form = element;
  let blind = false;

  const submit = (changed: HTMLSelectElement) => {
    keepFocus(changed.name);
    form.requestSubmit();
  };

  const choose = (select: HTMLSelectElement): void => {
    if (select.name === "range") clearTimes(form);
    if (!blind) submit(select);
  };

  form.addEventListener("keydown", (event) => {
    if (!(event.target instanceof HTMLSelectElement)) return;
    if (event.key === "Enter" && blind) {
      event.preventDefault();
      submit(event.target);
    } else if (event.key !== "Tab" && event.key !== "Shift") {
      blind = isBlind(event);
    }
  });
  form.addEventListener("pointerdown", () => {
    blind = false;
  });
  form.addEventListener("change", ({ target }) => {
    if (target instanceof HTMLSelectElement) choose(target);
  });
  form.addEventListener("formdata", ({ formData }) => leaveOutDefaults(form, formData));
  const early = changedEarly(form);
  // Only a select that is used by keyboard shows its focus, and one that gets it back.
  blind = early?.matches(":focus-visible") === true;
  restoreFocus(form);
  if (early !== undefined) choose(early);
}
