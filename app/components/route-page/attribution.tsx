import type { ReactNode } from "react";
import type { AttributionModel, MetricAttributionModel } from "../../presenters/route-page/attribution";
import { Figure } from "../format/figure";
import { TableBox } from "../table";
import { PartsBar } from "./subparts-bar";

/** The elements that are slow, and what slow values are made of. */
export function Attribution({ attribution }: { attribution: AttributionModel }): ReactNode {
  return (
    <>
      <p className="quiet small">{attribution.coverage}</p>
      {attribution.metrics.map((causes) => (
        <Causes key={causes.metric} causes={causes} />
      ))}
    </>
  );
}

function Causes({ causes }: { causes: MetricAttributionModel }): ReactNode {
  const { metric, name, basis, parts, partsAbsent, elements, notes } = causes;
  const beside = parts !== null && elements.length > 0;
  return (
    <section className="mt-6" aria-labelledby={`slow-${metric}`}>
      <h3 id={`slow-${metric}`} className="font-semibold">
        {metric} <span className="quiet font-normal">{name}</span>
      </h3>
      <p className="quiet small mb-2">{basis}</p>
      <div className={beside ? "grid gap-x-8 gap-y-4 lg:grid-cols-[minmax(0,2fr)_minmax(0,3fr)]" : undefined}>
        {parts !== null && <PartsBar parts={parts} />}
        <div className="min-w-0">
          {elements.length > 0 && <Elements causes={causes} />}
          {[...(partsAbsent === null ? [] : [partsAbsent]), ...notes].map((note) => (
            <p key={note} className="quiet small">
              {note}
            </p>
          ))}
        </div>
      </div>
    </section>
  );
}

function Elements({ causes: { metric, heading, elements } }: { causes: MetricAttributionModel }): ReactNode {
  return (
    <TableBox
      label={`Table of ${heading}s`}
      boxClass="scroll-box !mt-0"
      head={
        <>
          <th scope="col" className="!whitespace-normal">
            {heading}, most frequent first
          </th>
          <th scope="col" className="num">
            n
          </th>
          <th scope="col" className="num">
            Share
          </th>
          <th scope="col" className="num">
            {metric} p75
          </th>
        </>
      }
    >
      {elements.map(({ element, n, share, figure }) => (
        <tr key={element}>
          <th scope="row" className="w-full min-w-[9rem] !whitespace-normal [overflow-wrap:anywhere]">
            {element}
          </th>
          <td className="num">{n}</td>
          <td className="num">{share}</td>
          <td className="num">
            <Figure figure={figure} />
          </td>
        </tr>
      ))}
    </TableBox>
  );
}
