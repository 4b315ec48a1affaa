import type { ReactNode } from "react";
import type { CorrelationModel } from "../../presenters/route-page/grafana-correlation";
import { LinkOut } from "../page/grafana-menu";

/** What visitors wait for, and the traces of what the server did meanwhile. */
export function Correlation({
  correlation: { route, words, link, baseline, notes },
}: {
  correlation: CorrelationModel;
}): ReactNode {
  return (
    <>
      <p className="correlation">
        <code className="[unicode-bidi:isolate]">{route}</code> {words} →{" "}
        <LinkOut {...link}>{link.text}</LinkOut>
        {baseline !== null && (
          <>
            {" · "}
            <LinkOut {...baseline}>{baseline.text}</LinkOut>
          </>
        )}
      </p>
      <p className="quiet small mt-1">{notes.join(" ")}</p>
    </>
  );
}
