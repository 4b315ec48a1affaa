import { type ReactNode, useContext } from "react";
import { type InstantModel, type PageHeaderModel, PROFILING } from "../../presenters/page/page-header";
import { DocumentAssetsContext } from "../document";
import { TextLink } from "../format/text-link";
import { Note } from "../note";
import { Button } from "./controls";

const FRAME = "mx-auto max-w-frame px-4 sm:px-6";

/** The frame of every page: header, what of the URL was ignored, and the page itself. */
export function PageShell({
  header,
  ignored = [],
  menu = null,
  children,
}: {
  header: PageHeaderModel;
  /** Sentences on parameters that could not be used. */
  ignored?: readonly string[];
  /** Links out of the cockpit. */
  menu?: ReactNode;
  children: ReactNode;
}): ReactNode {
  const { profiling } = useContext(DocumentAssetsContext);
  const pages = header.pages.filter(({ text }) => profiling || text !== PROFILING.text);
  return (
    <>
      <p>
        <a
          className="absolute -top-16 left-4 z-20 bg-panel px-3 py-2 text-link underline focus:top-2 coarse:leading-11 print:hidden"
          href="#main"
        >
          Skip to the figures
        </a>
      </p>
      <header
        className={`${FRAME} relative flex flex-wrap items-center gap-x-4 gap-y-1 pb-3 pt-4 sm:gap-x-6 lg:flex-nowrap`}
      >
        <h1 className="max-sm:flex-auto text-xl font-semibold">{header.title}</h1>
        <HeaderStatus header={header} />
        <nav className="max-sm:order-2 print:hidden" aria-label="Pages">
          <ul className="flex gap-4">
            {pages.map(({ text, href, current }) => (
              <li key={text}>
                <TextLink href={href} within="row" aria-current={current ? "page" : undefined}>
                  {text}
                </TextLink>
              </li>
            ))}
          </ul>
        </nav>
        {menu}
        <form method="post" action="/logout" className="flex-none print:hidden">
          <Button kind="quiet">Sign out</Button>
        </form>
      </header>
      <main id="main" className={`${FRAME} pb-12`}>
        {header.stale !== null && <Note tone="warning">{header.stale}</Note>}
        {ignored.length > 0 && (
          <Note as="ul" label="Ignored parameters">
            {ignored.map((sentence) => (
              <li key={sentence}>{sentence}</li>
            ))}
          </Note>
        )}
        {children}
      </main>
    </>
  );
}

/** The release in view and the age of the figures. */
function HeaderStatus({ header: { release, firstSeen, newest } }: { header: PageHeaderModel }): ReactNode {
  return (
    <ul className="flex min-w-0 flex-auto flex-wrap gap-x-4 wrap-anywhere max-sm:order-1 max-sm:w-full">
      {release !== null && (
        <li className="text-quiet">
          {`${release.label} `}
          <strong className="bidi-isolate text-text">{release.name}</strong>
        </li>
      )}
      {firstSeen !== null && (
        <li>
          first seen <Ago instant={firstSeen} />
        </li>
      )}
      {newest !== null && (
        <li>
          newest measurement <Ago instant={newest} />
        </li>
      )}
    </ul>
  );
}

/** A relative time, with the exact one in its title. */
export function Ago({ instant }: { instant: InstantModel }): ReactNode {
  return (
    <time dateTime={instant.iso} title={instant.exact}>
      {instant.text}
    </time>
  );
}
