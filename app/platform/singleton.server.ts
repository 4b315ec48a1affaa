const registry = Symbol.for("vitals-cockpit.singletons");

type Registry = Map<string, unknown>;

/**
 * One value per process, created at the first call. In development every change imports the server's bundle again; objects
 * with connections, buffers and timers must survive that.
 * @see https://remix.run/docs/en/2.0.0/guides/manual-mode
 */
export function singleton<T>(name: string, create: () => T): T {
  const scope = globalThis as { [registry]?: Registry };
  scope[registry] ??= new Map();
  if (!scope[registry].has(name)) scope[registry].set(name, create());
  return scope[registry].get(name) as T;
}
