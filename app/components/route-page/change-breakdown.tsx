import type { ReactNode } from "react";
import type { ChangeBreakdownModel, ElementChangesModel } from "../../presenters/route-page/change-breakdown";
import { CellDelta } from "../comparison/delta-badge";
import { Figure } from "../format/figure";
import { TableBox } from "../table";

/** Which device moved between two releases, and which elements. */
export function ChangeBreakdown({ breakdown }: { breakdown: ChangeBreakdownModel }): ReactNode {
  const { words, metrics, devices, elements, releases } = breakdown;
  return (
    <>
      {words.map((sentence) => (
        <p key={sentence} className="[overflow-wrap:anywhere]">
          {sentence}
        </p>
      ))}
      {devices.length > 0 && (
        <TableBox
          label="Table of changes by device"
          head={
            <>
              <th scope="col">Device</th>
              {metrics.map(({ metric, name }) => (
                <th key={metric} scope="col" className="num" title={`${name}, change of its p75`}>
                  {metric}
                </th>
              ))}
            </>
          }
        >
          {devices.map(({ text, href, deltas }) => (
            <tr key={text}>
              <th scope="row">
                <a href={href}>{text}</a>
              </th>
              {deltas.map((delta) => (
                <td key={delta.metric} className="num">
                  <CellDelta delta={delta} />
                </td>
              ))}
            </tr>
          ))}
        </TableBox>
      )}
      {elements.map((one) => (
        <ElementChangesTable key={one.metric} moves={one} releases={releases} />
      ))}
    </>
  );
}

function ElementChangesTable({
  moves: { metric, heading, basis, rows },
  releases: { current, baseline },
}: {
  moves: ElementChangesModel;
  releases: ChangeBreakdownModel["releases"];
}): ReactNode {
  return (
    <>
      <p className="quiet small mt-4">{basis}</p>
      <TableBox
        label={`Table of ${heading}s that moved`}
        head={
          <>
            <th scope="col">{heading}, what moved most first</th>
            {[baseline, current].map((release) => (
              <th key={release} scope="col" className="num">
                {release} share
              </th>
            ))}
            {[baseline, current].map((release) => (
              <th key={release} scope="col" className="num">
                {release} p75 <span className="n">n</span>
              </th>
            ))}
            <th scope="col" className="num" title={`About how much of the change of ${metric} it explains`}>
              Explains
            </th>
          </>
        }
      >
        {rows.map((row) => (
          <tr key={row.element}>
            <th scope="row" className="w-full min-w-[9rem] !whitespace-normal [overflow-wrap:anywhere]">
              {row.element}
            </th>
            <td className="num">{row.baseline.share}</td>
            <td className="num">{row.current.share}</td>
            {[row.baseline, row.current].map((side, i) => (
              <td key={i === 0 ? baseline : current} className="num">
                <Figure figure={side.figure} />
                {side.figure.value !== null && <span className="n">{side.n}</span>}
              </td>
            ))}
            <td className="num">{row.explains}</td>
          </tr>
        ))}
      </TableBox>
    </>
  );
}
