import type { ReactNode } from "react";
import type { BannerModel, ComparisonModel } from "../../presenters/comparison/banner";
import type { NoComparisonModel } from "../../presenters/comparison/no-comparison";
import type { Run } from "../../presenters/comparison/sentence";
import type { Panel } from "../../presenters/panel";
import { Links } from "../format/links";
import { PanelError } from "../panel";

/** What is said of two releases at the top of a page, or why nothing is. */
export function ComparisonPanel({ comparison }: { comparison: Panel<BannerModel> }): ReactNode {
  if (!comparison.ok) return <PanelError message={comparison.message} />;
  const { value } = comparison;
  return value.status === "compared" ? <Banner comparison={value} /> : <Absent absent={value} />;
}

function Banner({ comparison }: { comparison: ComparisonModel }): ReactNode {
  const { tone, sentence, others, notes, times } = comparison;
  return (
    <section className="comparison" aria-label="Comparison" data-tone={tone}>
      <p className="comparison-sentence">
        <Runs runs={sentence} />
      </p>
      <p>
        <Runs runs={others} />
      </p>
      <p className="quiet">{notes.join(" ")}</p>
      <p className="quiet small">
        Compared:{" "}
        {times.map(({ release, times: text }, i) => (
          <span key={release}>
            {i > 0 && " · "}
            <bdi>{release}</bdi> {text}
          </span>
        ))}
      </p>
    </section>
  );
}

const Runs = ({ runs }: { runs: readonly Run[] }): ReactNode =>
  runs.map(({ text, tone, whole }, i) => {
    // Parts of a sentence have no other name, and never move.
    const key = `${i} ${text}`;
    if (tone !== null)
      return (
        <strong key={key} className="delta" data-tone={tone}>
          {text}
        </strong>
      );
    return whole ? (
      <span key={key} className="whitespace-nowrap">
        {text}
      </span>
    ) : (
      text
    );
  });

function Absent({ absent: { text, links } }: { absent: NoComparisonModel }): ReactNode {
  return (
    <section className="note" aria-label="Comparison">
      {text} <Links links={links} />
    </section>
  );
}
