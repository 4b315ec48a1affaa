import { Fragment, type ReactNode } from "react";
import type { BannerModel, ComparisonModel } from "../../presenters/comparison/banner";
import type { CalledRoutesModel } from "../../presenters/comparison/called-routes";
import type { NoComparisonModel } from "../../presenters/comparison/no-comparison";
import type { Run } from "../../presenters/comparison/sentence";
import type { Panel } from "../../presenters/panel";
import { Links } from "../format/links";
import { SmallPrint } from "../format/small-print";
import { TextLink } from "../format/text-link";
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
  const { tone, sentence, others, routes, look, notes, times, figures, releases } = comparison;
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
        {routes !== null && <CalledRoutes called={routes} />}
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

/** Which routes are slower or faster, each with its metrics: `/cart LCP +36% ↑ slower, INP +33% ↑ slower`. */
function CalledRoutes({ called: { routes, more, compared } }: { called: CalledRoutesModel }): ReactNode {
  if (routes.length === 0)
    return <p className="max-w-6xl">None of {compared} compared routes is called slower or faster.</p>;
  return (
    <p className="max-w-6xl">
      {"Routes: "}
      {routes.map(({ route, href, changes }, i) => (
        <Fragment key={route}>
          {i > 0 && " · "}
          <TextLink href={href}>{route}</TextLink>
          {changes.map(({ metric, tone, mark, label }, j) => (
            <span key={metric} className="whitespace-nowrap">
              {`${j > 0 ? "," : ""} ${metric} `}
              <strong className={TONE_TEXT[tone]} data-tone={tone}>
                {mark}
              </strong>
              {` ${label}`}
            </span>
          ))}
        </Fragment>
      ))}
      {more > 0 && ` · ${more} more in the table`}. {compared} were compared.
    </p>
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
