import type { ReactNode } from "react";
import type { ViewWords } from "../../presenters/page/view-summary";
import { Links } from "../format/links";

/** What the figures are of, in words, and which navigations are left out. */
export function ViewSentence({ words }: { words: ViewWords }): ReactNode {
  return (
    <p className="view-words">
      <strong>
        {words.filters.join(" · ")} · {words.window.text} · {words.pageViews}
      </strong>
      {words.others.length > 0 && (
        <span className="quiet">
          {" "}
          Left out: <Links links={words.others} between=", " />
          {words.allHref !== null && (
            <>
              {" "}
              <span className="whitespace-nowrap">
                (<a href={words.allHref}>show all</a>).
              </span>
            </>
          )}
        </span>
      )}
      {words.compare !== null && (
        <>
          {" "}
          <a href={words.compare.href}>{words.compare.text}</a>
        </>
      )}
    </p>
  );
}
