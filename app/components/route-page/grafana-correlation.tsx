import type { ReactNode } from "react";
import type { CorrelationModel } from "../../presenters/route-page/grafana-correlation";
import { SmallPrint } from "../format/small-print";
import { LinkOut } from "../page/grafana-menu";

/** What visitors wait for, and the traces of what the server did meanwhile. */
export function Correlation({
  correlation: { route, words, link, baseline, notes },
}: {
  correlation: CorrelationModel;
}): ReactNode {
  return (
    <>
      <p className="wrap-anywhere">
        <code className="bidi-isolate">{route}</code> {words} → <LinkOut {...link}>{link.text}</LinkOut>
        {baseline !== null && (
          <>
            {" · "}
            <LinkOut {...baseline}>{baseline.text}</LinkOut>
          </>
        )}
      </p>
      <SmallPrint space="mt-1">{notes.join(" ")}</SmallPrint>
    </>
  );
}
