import type { ReactNode } from "react";
import type { BannerModel, ComparisonModel } from "../../presenters/comparison/banner";
import type { NoComparisonModel } from "../../presenters/comparison/no-comparison";
import type { Run } from "../../presenters/comparison/sentence";
import type { Panel } from "../../presenters/panel";
import { Links } from "../format/links";
import { SmallPrint } from "../format/small-print";
import { Note } from "../note";
import { PanelError } from "../panel";
import { ChangeFigures } from "./change-figures";
import { TONE_BORDER, TONE_TEXT } from "./tone-classes";

/** The verdict on two releases at the top of a page, or why there is none. */
export function ComparisonPanel({ comparison }: { comparison: Panel<BannerModel> }): ReactNode {
  if (!comparison.ok) return <PanelError message={comparison.message} />;
  const { value } = comparison;
  return value.status === "compared" ? <Banner comparison={value} /> : <Absent absent={value} />;
}

function Banner({ comparison }: { comparison: ComparisonModel }): ReactNode {
  const { tone, sentence, others, look, notes, times, figures, releases } = comparison;
  return (
    <>
      <section
        className={`mb-2 grid gap-1 border-l-4 px-3 py-0.5 wrap-anywhere ${TONE_BORDER[tone]}`}
        aria-label="Comparison"
        data-tone={tone}
      >
        <p className="max-w-6xl text-xl">
          <Runs runs={sentence} />
        </p>
        <p className="max-w-6xl">
          <Runs runs={others} />
        </p>
        {look !== null && <p className="max-w-6xl">{look}</p>}
        <p className="max-w-6xl text-quiet">{notes.join(" ")}</p>
        <SmallPrint space="max-w-6xl">
          Compared:{" "}
          {times.map(({ release, times: text }, i) => (
            <span key={release}>
              {i > 0 && " · "}
              <bdi>{release}</bdi> {text}
            </span>
          ))}
        </SmallPrint>
      </section>
      <ChangeFigures rows={figures} releases={releases} />
    </>
  );
}

const Runs = ({ runs }: { runs: readonly Run[] }): ReactNode =>
  runs.map(({ text, tone, whole }, i) => {
    // The parts of a sentence never move, so their position is part of the key.
    const key = `${i} ${text}`;
    if (tone !== null)
      return (
        <strong key={key} className={`whitespace-nowrap ${TONE_TEXT[tone]}`} data-tone={tone}>
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
    <Note as="section" label="Comparison">
      {text} <Links links={links} />
    </Note>
  );
}
