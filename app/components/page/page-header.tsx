import type { ReactNode } from "react";
import type { InstantModel, PageHeaderModel } from "../../presenters/page/page-header";

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
  return (
    <>
      <a className="skip" href="#main">
        To the figures
      </a>
      <header className="masthead">
        <h1>{header.title}</h1>
        <HeaderStatus header={header} />
        <nav className="pages" aria-label="Pages">
          {header.pages.map(({ text, href, current }) => (
            <a key={text} href={href} aria-current={current ? "page" : undefined}>
              {text}
            </a>
          ))}
        </nav>
        {menu}
        <form method="post" action="/logout">
          <button type="submit" className="plain">
            Sign out
          </button>
        </form>
      </header>
      <main id="main" className="main">
        {header.stale !== null && <p className="note note-warning">{header.stale}</p>}
        {ignored.length > 0 && (
          <ul className="note" aria-label="Ignored parameters">
            {ignored.map((sentence) => (
              <li key={sentence}>{sentence}</li>
            ))}
          </ul>
        )}
        {children}
      </main>
    </>
  );
}

/** The release in view and the age of the figures. */
function HeaderStatus({ header: { release, firstSeen, newest } }: { header: PageHeaderModel }): ReactNode {
  return (
    <p className="status">
      {release !== null && (
        <span>
          <span className="quiet">{release.words}</span> <strong>{release.name}</strong>
        </span>
      )}
      {firstSeen !== null && (
        <span>
          first seen <Ago instant={firstSeen} />
        </span>
      )}
      {newest !== null && (
        <span>
          newest measurement <Ago instant={newest} />
        </span>
      )}
    </p>
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
