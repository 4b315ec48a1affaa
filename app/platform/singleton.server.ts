const registry = Symbol.for("vitals-cockpit.singletons");

type Registry = Map<string, unknown>;

/**
 * One value a process, made at the first call. In development the server's bundle is imported again on every
 * change; what holds connections, buffers and timers must survive that.
 */
export function singleton<T>(name: string, make: () => T): T {
  const scope = globalThis as { [registry]?: Registry };
  scope[registry] ??= new Map();
  if (!scope[registry].has(name)) scope[registry].set(name, make());
  return scope[registry].get(name) as T;
}
