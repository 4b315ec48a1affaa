import type { ReactNode } from "react";
import type { ViewWords } from "../../presenters/page/view-summary";
import { Links } from "../format/links";
import { TextLink } from "../format/text-link";

/** What the figures are of, in words, and which navigations are left out. */
export function ViewSentence({ words }: { words: ViewWords }): ReactNode {
  return (
    <p className="mb-4 wrap-anywhere">
      <strong>
        {words.filters.join(" · ")} · {words.window.text} · {words.pageViews}
      </strong>
      {words.others.length > 0 && (
        <span className="text-quiet">
          {" "}
          Left out: <Links links={words.others} between=", " />
          {words.allHref !== null && (
            <>
              {" "}
              <span className="whitespace-nowrap">
                (<TextLink href={words.allHref}>show all</TextLink>).
              </span>
            </>
          )}
        </span>
      )}
      {words.compare !== null && (
        <>
          {" "}
          <TextLink href={words.compare.href}>{words.compare.text}</TextLink>
        </>
      )}
    </p>
  );
}
