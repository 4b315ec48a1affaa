import { canonicalRoute } from "./canonical-route";
import { isConstrained } from "./constraints";
import { parseRoute } from "./parse-route";
import { isStatic } from "./route-parts";

/**
 * What two notations of one route have in common: `/workspace/[]` for `/workspace/:id`, `/workspace/[id]` and
 * `/workspace/$workspaceId`.
 * @returns `null` for a text that only itself is equal to: a static route, an unreadable text, and a route with a
 *   constraint, beside which a site may have another one of the same form (`/orders/:id(\d+)` and `/orders/:slug`)
 */
export function routeIdentity(text: string): string | null {
  const parts = parseRoute(text);
  return parts === null || isStatic(parts) || isConstrained(text) ? null : canonicalRoute(text);
}

/** Of a known route; `spelling` is the oldest route of the same identity. */
type Known = { identity: string | null; spelling: string };

/** Remembered identities of texts that are not known routes. */
const MAX_OTHERS = 2_000;

/**
 * The known routes, and which of them a text in another notation is counted as: the oldest one. Its memory grows with the
 * known routes only.
 */
export class RouteSpellings {
  #known = new Map<string, Known>();
  #oldest = new Map<string, string>();
  #others = new Map<string, string | null>();

  /** @param isMerging `false`: every text is a route of its own */
  constructor(private readonly isMerging: boolean) {}

  /** @param routes all known routes, the oldest first */
  replace(routes: readonly string[]): void {
    const before = this.#known;
    this.#known = new Map();
    this.#oldest = new Map();
    for (const route of routes) this.#add(route, before.get(route)?.identity);
  }

  /** Adds a route that is newer than the known ones. */
  add(route: string): void {
    if (!this.#known.has(route)) this.#add(route, undefined);
  }

  /** Whether a route is known under this very text. */
  has = (route: string): boolean => this.#known.has(route);

  /** The known route that a text is counted as; `null` if there is none. */
  spellingOf(text: string): string | null {
    const known = this.#known.get(text);
    if (known !== undefined) return known.spelling;
    const identity = this.identityOf(text);
    return identity === null ? null : (this.#oldest.get(identity) ?? null);
  }

  /** @returns `null` for a text that is counted as no other one */
  identityOf(text: string): string | null {
    if (!this.isMerging) return null;
    const known = this.#known.get(text);
    const remembered = known === undefined ? this.#others.get(text) : known.identity;
    if (remembered !== undefined) return remembered;
    const identity = routeIdentity(text);
    if (this.#others.size >= MAX_OTHERS) this.#others.clear();
    this.#others.set(text, identity);
    return identity;
  }

  #add(route: string, remembered: string | null | undefined): void {
    const identity = remembered === undefined ? this.identityOf(route) : remembered;
    if (identity !== null && !this.#oldest.has(identity)) this.#oldest.set(identity, route);
    const spelling = identity === null ? route : (this.#oldest.get(identity) ?? route);
    this.#known.set(route, { identity, spelling });
  }
}
