import { createContext, type ReactNode, useContext } from "react";
import { Note } from "./note";

/** What the server knows of the document besides its content; `null` leaves the script out. */
export type DocumentAssets = {
  /** The islands' module. */
  islands: string | null;
  /** The script by which the cockpit measures itself, and what it is told. */
  vitals: {
    src: string;
    integrity: string;
    buildVersion: string;
    route: string;
    token: string | null;
  } | null;
  /** The script of the page's own telemetry, and what it is told. */
  faro: {
    src: string;
    url: string;
    name: string;
    version: string;
    environment: string;
    route: string;
  } | null;
  /** Whether everything that is seen is made up. */
  demo: boolean;
  /** Whether there is a page of profiles. */
  profiling: boolean;
  /** What an admin must know, whatever the page; empty for others. */
  notices: readonly string[];
};

/** Filled in by entry.server, so that no page needs React in the browser to get its scripts. */
export const DocumentAssetsContext = createContext<DocumentAssets>({
  islands: null,
  vitals: null,
  faro: null,
  demo: false,
  profiling: false,
  notices: [],
});

/** The address of the stylesheet; `null` outside of a document. */
export const StylesheetContext = createContext<string | null>(null);

/**
 * Between what a page begins with and its long rest: names the stylesheet again, because Chromium's parser waits for one in the
 * body and not for one in the head. Without it, a pointer over the page has the rest laid out without styles first, which costs
 * more than the layout with them. What is before it must be complete in itself: it may be painted alone.
 */
export function AfterStyles(): ReactNode {
  const stylesheet = useContext(StylesheetContext);
  return stylesheet !== null && <link rel="stylesheet" href={stylesheet} />;
}

/** The script that enhances a document, which runs when all of it is parsed. */
export function IslandsScript(): ReactNode {
  const { islands } = useContext(DocumentAssetsContext);
  return islands !== null && <script type="module" src={islands} />;
}

/**
 * The scripts that measure a document. They are at its end: in the head they would be run as soon as they are loaded, which is
 * while the browser waits for the styles, and before it paints.
 */
export function MeasuringScripts(): ReactNode {
  const { vitals, faro } = useContext(DocumentAssetsContext);
  return (
    <>
      {vitals !== null && (
        <script
          async
          src={vitals.src}
          integrity={vitals.integrity}
          data-build-version={vitals.buildVersion}
          data-route={vitals.route}
          data-token={vitals.token ?? undefined}
        />
      )}
      {faro !== null && (
        <script
          async
          type="module"
          src={faro.src}
          data-faro-url={faro.url}
          data-name={faro.name}
          data-version={faro.version}
          data-environment={faro.environment}
          data-route={faro.route}
        />
      )}
    </>
  );
}

/** Says on every page of the demo what it is, so that nobody takes its figures for a site's. */
export function DemoNotice(): ReactNode {
  const { demo } = useContext(DocumentAssetsContext);
  if (!demo) return null;
  return (
    <Note as="aside" tone="warning" label="Sample data">
      <strong>Sample data.</strong> Everything here is made up by <code>npm run demo</code>; no site was
      measured.
    </Note>
  );
}

/** What is wrong with the database, on every page of an admin. */
export function DatabaseNotices(): ReactNode {
  const { notices } = useContext(DocumentAssetsContext);
  return notices.map((notice) => (
    <Note key={notice} as="aside" tone="error" label="Database">
      {notice}
    </Note>
  ));
}
