import type { ReactNode } from "react";
import type { SourcesModel } from "../../presenters/sources/sources";
import { Note } from "../note";

/** The largest sources of a view: a warning where one dominates, else a line to open. */
export function Sources({ sources }: { sources: SourcesModel | null }): ReactNode {
  if (sources === null) return null;
  const details = (
    <details className={sources.isWarning ? "" : "mb-4"}>
      <summary className={sources.isWarning ? "font-semibold" : "text-quiet"}>{sources.summary}</summary>
      <ul className="my-1 list-disc ps-5 wrap-anywhere">
        {sources.lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      <p className="text-quiet">{sources.note}</p>
    </details>
  );
  if (!sources.isWarning) return details;
  return (
    <Note as="div" tone="warning" label="Sources">
      {details}
    </Note>
  );
}
