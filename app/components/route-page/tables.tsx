import type { ReactNode } from "react";
import type {
  PercentilesModel,
  SplitModel,
  SplitsModel,
  TrafficModel,
} from "../../presenters/route-page/tables";
import { Figure } from "../format/figure";
import { TableBox } from "../table";

const CURRENT = "aria-[current]:font-semibold aria-[current]:text-[color:var(--text)]";

/** All percentiles of the five metrics. */
export function PercentilesTable({ percentiles }: { percentiles: PercentilesModel }): ReactNode {
  return (
    <TableBox
      label="Table of percentiles"
      head={
        <>
          <th scope="col">Metric</th>
          {percentiles.columns.map(({ text, chosen }) => (
            <th key={text} scope="col" className={chosen ? "num !text-[color:var(--text)]" : "num"}>
              {text}
            </th>
          ))}
          <th scope="col" className="num">
            n
          </th>
        </>
      }
    >
      {percentiles.rows.map(({ metric, name, href, chosen, n, figures }) => (
        <tr key={metric}>
          <th scope="row">
            <a href={href} title={name} aria-current={chosen ? "true" : undefined} className={CURRENT}>
              {metric}
            </a>
          </th>
          {figures.map((figure, i) => (
            <td key={percentiles.columns[i]?.text} className="num">
              <Figure figure={figure} />
            </td>
          ))}
          <td className="num">{n}</td>
        </tr>
      ))}
    </TableBox>
  );
}

/** The route by device and by navigation class. */
export function Splits({ splits }: { splits: SplitsModel }): ReactNode {
  return (
    <>
      <Split split={splits.devices} />
      <Split split={splits.navigations} />
    </>
  );
}

function Split({ split: { title, metrics, percentile, rows, note } }: { split: SplitModel }): ReactNode {
  return (
    <>
      <TableBox
        label={`Table by ${title.toLowerCase()}`}
        head={
          <>
            <th scope="col">{title}</th>
            <th scope="col" className="num">
              Views
            </th>
            {metrics.map(({ metric, name }) => (
              <th key={metric} scope="col" className="num" title={`${name}, ${percentile}, and its samples`}>
                {metric} {percentile}
              </th>
            ))}
          </>
        }
      >
        {rows.map(({ text, href, current, views, figures }) => (
          <tr key={text}>
            <th scope="row">
              <a href={href} aria-current={current ? "true" : undefined} className={CURRENT}>
                {text}
              </a>
            </th>
            <td className="num">{views}</td>
            {figures.map((figure) => (
              <td key={figure.metric} className="num">
                <Figure figure={figure} />
                {figure.value !== null && <span className="n">{figure.n}</span>}
              </td>
            ))}
          </tr>
        ))}
      </TableBox>
      {note !== null && <p className="quiet small mb-2">{note}</p>}
    </>
  );
}

/** The route's share of the site's traffic. */
export function Traffic({ traffic: { share, text } }: { traffic: TrafficModel }): ReactNode {
  return (
    <p className="mb-4">
      <svg className="mr-2 inline-block h-2 w-[120px]" aria-hidden="true">
        <rect className="fill-[var(--line)]" width="100%" height="100%" />
        <rect className="fill-[var(--text)]" width={`${share * 100}%`} height="100%" />
      </svg>
      {text}
    </p>
  );
}
