import type { ServerBuild } from "@remix-run/node";
import { describe, expect, it } from "vitest";
import { provideRoutes, routeOf, traceLoaders } from "../../../app/observability/build-routes.server";
import { type OperationMessage, operations } from "../../../app/platform/trace-channels";

type Routes = ServerBuild["routes"];
const page = { default: () => null };

/** Routes as the compiler writes them. */
const routes = (changes: Record<string, unknown> = {}): Routes =>
  ({
    root: { id: "root", path: "", module: page },
    index: { id: "index", parentId: "root", index: true, module: page },
    workspace: { id: "workspace", parentId: "root", path: "workspace", module: page },
    "workspace.$id": { id: "workspace.$id", parentId: "workspace", path: ":id", module: page },
    "workspace._index": { id: "workspace._index", parentId: "workspace", index: true, module: page },
    docs: { id: "docs", parentId: "root", path: "docs/*", module: page },
    ...changes,
  }) as unknown as Routes;

describe("routeOf", () => {
  it.each([
    ["/", "/"],
    ["/workspace", "/workspace"],
    ["/workspace/", "/workspace"],
    ["/workspace/42", "/workspace/:id"],
    ["/workspace/a%20b%2Fc", "/workspace/:id"],
    ["/workspace/42.data", "/workspace/:id"],
    ["/docs/a/b/c", "/docs/*"],
    ["/workspace/42/more", null],
    ["/nothing", null],
    ["//workspace/42", null],
    ["/%25", null],
  ])("maps %s to %s", (path, pattern) => {
    provideRoutes(() => routes());
    expect(routeOf(path)).toBe(pattern);
  });
});

describe("traceLoaders", () => {
  it("wraps loaders and actions once, and retains their results", async () => {
    const seen: string[] = [];
    const watch = (message: unknown): void => {
      const { name, attributes, error } = message as OperationMessage;
      seen.push(`${name} ${JSON.stringify(attributes)} ${error instanceof Error ? error.message : "-"}`);
    };
    operations.asyncEnd.subscribe(watch);
    operations.start.subscribe(() => {});
    const build = routes({
      api: {
        id: "api",
        parentId: "root",
        path: "api",
        module: {
          loader: ({ params }: { params: { id: string } }) => ({ id: params.id }),
          action: async () => {
            throw new Error("no");
          },
        },
      },
    });
    provideRoutes(() => build);
    traceLoaders();
    traceLoaders();
    const module = build.api?.module as unknown as Record<"loader" | "action", (args: object) => unknown>;
    expect(await module.loader({ params: { id: "7" } })).toEqual({ id: "7" });
    await expect(module.action({})).rejects.toThrow("no");
    expect(build.root?.module).not.toHaveProperty("loader");
    operations.asyncEnd.unsubscribe(watch);
    expect(seen).toEqual([
      'loader api {"app.remix.route_id":"api"} -',
      'action api {"app.remix.route_id":"api"} no',
    ]);
  });
});
