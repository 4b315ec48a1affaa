// @ts-check
// A Remix app as `remix build` writes it: a server build for remix-serve, with the route's id on each page.
import { setTimeout as pause } from "node:timers/promises";
import { Outlet, RemixServer, useMatches } from "@remix-run/react";
import { createElement as h } from "react";
import { renderToString } from "react-dom/server";

const { VITALS_URL: vitals } = process.env;

function Root() {
  const route = useMatches().at(-1)?.id;
  const script = { async: true, src: vitals, "data-build-version": "2.4.1", "data-route": route };
  return h(
    "html",
    { lang: "en" },
    h("head", null, h("title", null, route), h("link", { rel: "icon", href: "data:," }), h("script", script)),
    h("body", null, h("h1", null, route), h(Outlet)),
  );
}

const page = {
  default: () => h("p", null, "A page"),
  loader: async () => {
    await pause(30);
    return null;
  },
};

/** Ids and paths as Remix derives them from the names of files in app/routes. */
const FILES = {
  "routes/_index": { index: true },
  "routes/about": { path: "about" },
  "routes/workspace._index": { path: "workspace", index: true },
  "routes/workspace.new": { path: "workspace/new" },
  "routes/workspace.$id": { path: "workspace/:id" },
  "routes/docs.$": { path: "docs/*" },
  "routes/$": { path: "*" },
};

export const routes = {
  root: { id: "root", path: "", module: { default: Root } },
  ...Object.fromEntries(
    Object.entries(FILES).map(([id, route]) => [id, { id, parentId: "root", ...route, module: page }]),
  ),
};

export const entry = {
  module: {
    default: (request, status, headers, remixContext) => {
      headers.set("Content-Type", "text/html");
      const html = renderToString(h(RemixServer, { context: remixContext, url: request.url }));
      return new Response(`<!doctype html>${html}`, { status, headers });
    },
  },
};

const manifestRoutes = Object.fromEntries(
  Object.values(routes).map(({ module, ...route }) => [
    route.id,
    {
      ...route,
      module: "",
      hasLoader: module !== undefined,
      hasAction: false,
      hasErrorBoundary: route.id === "root",
    },
  ]),
);

export const assets = { version: "1", url: "", entry: { module: "", imports: [] }, routes: manifestRoutes };
export const publicPath = "/build/";
export const assetsBuildDirectory = "public/build";
export const future = {};
export const mode = "production";
export const isSpaMode = false;
