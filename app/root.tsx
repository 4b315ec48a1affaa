import type { HeadersFunction, LinksFunction, MetaFunction } from "@remix-run/node";
import { isRouteErrorResponse, Links, Meta, Outlet, useMatches, useRouteError } from "@remix-run/react";
import type { ReactNode } from "react";
import {
  DatabaseNotices,
  DemoNotice,
  IslandsScript,
  MeasuringScripts,
  StylesheetContext,
} from "./components/document";
import { TextLink } from "./components/format/text-link";
import { PlainPage } from "./components/page/plain-page";
import stylesheet from "./tailwind.css";

/** The icon, which is not worth a request of its own. */
const ICON = `data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="6" fill="#1d1f22"/><path d="M5 18h5l3-9 5 15 3-9 2 3h4" fill="none" stroke="#93b8f5" stroke-width="2.5" stroke-linecap="round" stroke-linejoin="round"/></svg>',
)}`;

export const links: LinksFunction = () => [
  { rel: "stylesheet", href: stylesheet },
  { rel: "icon", href: ICON, type: "image/svg+xml" },
];

export const meta: MetaFunction = () => [{ title: "Vitals Cockpit" }];

/** The headers of a response that a loader or an action threw, such as `WWW-Authenticate`. */
export const headers: HeadersFunction = ({ errorHeaders }) => {
  const thrown = new Headers(errorHeaders);
  thrown.delete("Content-Type");
  return thrown;
};

/** What a page may have as `handle`. */
type PageHandle = { refresh?: (data: unknown) => number | null };

/** Reloads a page that waits for something; islands do so with JavaScript. */
function Refresh() {
  const seconds = useMatches()
    .map(({ handle, data }) => (handle as PageHandle | undefined)?.refresh?.(data) ?? null)
    .find((one) => one !== null);
  if (seconds == null) return null;
  return (
    <noscript>
      <meta httpEquiv="refresh" content={String(seconds)} />
    </noscript>
  );
}

function Document({ children }: { children: ReactNode }) {
  return (
    <html lang="en">
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <Refresh />
        <Meta />
        <Links />
        <IslandsScript />
      </head>
      <body className="bg-ground font-sans text-sm text-text">
        <DemoNotice />
        <DatabaseNotices />
        <StylesheetContext.Provider value={stylesheet}>{children}</StylesheetContext.Provider>
        <MeasuringScripts />
      </body>
    </html>
  );
}

export default function App() {
  return (
    <Document>
      <Outlet />
    </Document>
  );
}

/** The sentence of a response that a route has thrown, such as 403 for a token without a scope; `null` for other errors. */
function reasonOf(error: unknown): string | null {
  const reason: unknown = isRouteErrorResponse(error) ? error.data?.error : null;
  return typeof reason === "string" ? reason : null;
}

/** A page that does not exist, one that is refused, or one that failed: what happened, and where to go on. */
export function ErrorBoundary() {
  const error = useRouteError();
  const missing = isRouteErrorResponse(error) && error.status === 404;
  const reason = reasonOf(error);
  const title = missing
    ? "There is no such page"
    : reason === null
      ? "This page could not be made"
      : "The request is refused";
  return (
    <Document>
      <title>{missing ? "Not found" : "Error"} · Vitals Cockpit</title>
      <PlainPage title={title}>
        {reason !== null && <p className="mb-3">{reason}</p>}
        <p>
          {missing
            ? "The address may be misspelt. "
            : reason === null
              ? "The log says what happened. Try again, or "
              : null}
          <TextLink href="/admin/performance">
            {missing || reason !== null ? "Go to Performance" : "go to Performance"}
          </TextLink>
          .
        </p>
      </PlainPage>
    </Document>
  );
}
