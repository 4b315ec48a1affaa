/** Longest selector, as in web-vitals. */
const MAX_LENGTH = 100;

/** Number of cached selectors: the event of a later report is among the newest. */
const MAX_EVENTS = 64;

const SHADOW_ROOT = 11;
const DOCUMENT = 9;

const partOf = ({ id, localName, classList }: Element): string =>
  id ? `#${id}` : [localName, ...[...classList].sort()].join(".");

/**
 * A short selector in the form of web-vitals (`main>button.buy`, from the nearest ancestor with an id), which continues
 * from a shadow root to its host: `my-cart>>>button.buy`.
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
    if (selector.length + part.length + joint.length > MAX_LENGTH) return selector || part;
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
 * Caches the selector of the target of each pointer and key event before its handlers run: they may remove the element,
 * and the browser reports no element inside a shadow root.
 * @param onInteraction called before any other handler of such an event
 * @returns a function from the time of an event (`Event.timeStamp`, ms) to its selector
 */
export function cacheTargets(onInteraction: () => void): (time: number | undefined) => string | undefined {
  const selectors = new Map<number, string>();
  const cache = (event: Event) => {
    try {
      onInteraction();
      const [target] = event.composedPath();
      if (target instanceof Node) selectors.set(event.timeStamp, selectorOf(target));
      const [oldest] = selectors.keys();
      if (selectors.size > MAX_EVENTS && oldest !== undefined) selectors.delete(oldest);
    } catch {
      // The measurement is sent without a selector.
    }
  };
  for (const type of EVENTS) addEventListener(type, cache, { capture: true, passive: true });
  return (time) => (time === undefined ? undefined : selectors.get(time));
}
