/** Longest selector, as in web-vitals' own. */
const LONGEST = 100;

/** Events whose selectors are remembered: what an interaction reports later is one of the newest. */
const MOST_EVENTS = 64;

const SHADOW_ROOT = 11;
const DOCUMENT = 9;

const partOf = ({ id, localName, classList }: Element): string =>
  id ? `#${id}` : [localName, ...[...classList].sort()].join(".");

/**
 * A short selector in the form of web-vitals' own (`main>button.buy`, or from the next ancestor with an id), which
 * goes on from a shadow root to its host: `my-cart>>>button.buy`.
 */
export function selectorOf(target: Node): string {
  let node: Node | null =
    target.nodeType === 1 || target.nodeType === SHADOW_ROOT ? target : target.parentNode;
  let selector = "";
  let joint = "";
  while (node && node.nodeType !== DOCUMENT) {
    if (node.nodeType === SHADOW_ROOT) {
      node = (node as ShadowRoot).host;
      if (selector) joint = ">>>";
    }
    const element = node as Element;
    const part = partOf(element);
    if (selector.length + part.length + joint.length > LONGEST) return selector || part;
    selector = part + joint + selector;
    joint = ">";
    if (element.id) {
      const root = element.getRootNode();
      node = root.nodeType === SHADOW_ROOT ? root : null;
    } else node = element.parentNode;
  }
  return selector;
}

const EVENTS = ["pointerdown", "pointerup", "click", "keydown", "keyup"];

/**
 * Remembers which element each pointer and key event met before its handlers ran: they may remove it, and the browser
 * names none inside a shadow root.
 * @param onInteraction is called before anything else handles such an event
 * @returns the selector for the time of an event (`Event.timeStamp`, ms)
 */
export function rememberTargets(onInteraction: () => void): (time: number | undefined) => string | undefined {
  const selectors = new Map<number, string>();
  const remember = (event: Event) => {
    try {
      onInteraction();
      const [target] = event.composedPath();
      if (target instanceof Node) selectors.set(event.timeStamp, selectorOf(target));
      const [oldest] = selectors.keys();
      if (selectors.size > MOST_EVENTS && oldest !== undefined) selectors.delete(oldest);
    } catch {
      // An element that can't be named costs its name.
    }
  };
  for (const type of EVENTS) addEventListener(type, remember, { capture: true, passive: true });
  return (time) => (time === undefined ? undefined : selectors.get(time));
}
