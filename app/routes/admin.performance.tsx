import type { LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { originOf } from "../platform/origin.server";

/** The cockpit's page: for now, how to connect a site to it. */
export const loader = ({ request }: LoaderFunctionArgs) => ({ origin: originOf(request) });

export default function Performance() {
  const { origin } = useLoaderData<typeof loader>();
  return (
    <main className="page">
      <h1>Performance</h1>
      <p>
        This cockpit collects Web Vitals from real browsers. Connect a site with one line in its HTML; its
        measurements are readable two seconds after a page is hidden or left.
      </p>
      <h2>Connect a site</h2>
      <pre>{`<script async src="${origin}/vitals.js" data-build-version="2.4.1"></script>`}</pre>
      <h2>Read the figures</h2>
      <pre>{`curl -H "Authorization: Bearer $ADMIN_API_TOKEN" \\\n  "${origin}/api/admin/performance/web-vitals?range=24h"`}</pre>
    </main>
  );
}
