// The telemetry of the cockpit's own pages, in a file of its own, which a page loads only where FARO_URL is set.
import { getWebInstrumentations, initializeFaro, type TransportItem } from "@grafana/faro-web-sdk";
import { TracingInstrumentation } from "@grafana/faro-web-tracing";
import { withoutQueries } from "./without-queries";

/** The server passes the URL and the route of the page as attributes of the script element. */
const { faroUrl, name, version, environment, route } =
  document.querySelector<HTMLElement>("script[data-faro-url]")?.dataset ?? {};

if (faroUrl !== undefined) {
  initializeFaro({
    url: faroUrl,
    app: {
      ...(name !== undefined && { name }),
      ...(version !== undefined && { version }),
      ...(environment !== undefined && { environment }),
    },
    pageTracking: { generatePageId: () => route ?? "" },
    // Requests to this origin carry `traceparent`, and so does the document's Server-Timing: page and server meet.
    instrumentations: [...getWebInstrumentations({ captureConsole: false }), new TracingInstrumentation()],
    // Filters are in the URL, and with them routes and releases.
    beforeSend: (item: TransportItem) => withoutQueries(item),
  });
}
