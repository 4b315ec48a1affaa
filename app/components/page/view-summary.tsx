import type { ReactNode } from "react";
import type { ViewSummaryModel } from "../../presenters/page/view-summary";
import { Links } from "../format/links";
import { TextLink } from "../format/text-link";

/** The filters, times and page views behind the figures, and the navigations that the filter leaves out. */
export function ViewSummary({ summary }: { summary: ViewSummaryModel }): ReactNode {
  const { filters, window, pageViews, others, allHref, compare } = summary;
  return (
    <div className="mb-4 wrap-anywhere">
      <p className="inline font-semibold">
        {filters.join(" · ")} · {window.text} · {pageViews}
      </p>{" "}
      {others.length > 0 && (
        <p className="inline text-quiet">
          Left out: <Links links={others} between=", " />
          {allHref !== null && (
            <>
              {" "}
              <span className="whitespace-nowrap">
                (<TextLink href={allHref}>show all</TextLink>).
              </span>
            </>
          )}
        </p>
      )}{" "}
      {compare !== null && (
        <p className="inline">
          <TextLink href={compare.href}>{compare.text}</TextLink>
        </p>
      )}
    </div>
  );
}
