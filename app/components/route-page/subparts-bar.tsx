import type { ReactNode } from "react";
import type { PartsModel } from "../../presenters/route-page/attribution";

/** Shades of the text's own colour: ratings alone are colours. The numbers stand beside them in words. */
const SHADES = ["fill-shade-1", "fill-shade-2", "fill-shade-3", "fill-shade-4", "fill-shade-5"] as const;

const shadeAt = (position: number): string => SHADES[position] ?? SHADES[0];

/** What a value is made of: a bar whose parts follow each other in time, and their numbers. */
export function PartsBar({ parts: { title, caption, bar, legend } }: { parts: PartsModel }): ReactNode {
  return (
    <figure>
      <h4 className="mb-1 font-semibold">{title}</h4>
      <svg
        className="chart-fill h-5 w-full"
        role="img"
        aria-label={legend.map(({ text, value }) => `${text} ${value}`).join(", ")}
      >
        {bar.map(({ part, position, x, width }) => (
          <rect
            key={part}
            className={`${shadeAt(position)} stroke-ground`}
            x={`${x}%`}
            width={`${width}%`}
            height="100%"
          />
        ))}
      </svg>
      <table className="mt-2 w-full">
        <thead className="sr-only">
          <tr>
            <th scope="col">Part</th>
            <th scope="col">Average</th>
            <th scope="col">Share</th>
          </tr>
        </thead>
        <tbody>
          {legend.map(({ part, position, text, value, share }) => (
            <tr key={part}>
              <th scope="row" className="text-left font-normal">
                <svg className="mr-2 inline-block h-3 w-3" aria-hidden="true">
                  <rect className={shadeAt(position)} width="100%" height="100%" />
                </svg>
                {text}
              </th>
              <td className="whitespace-nowrap pl-3 text-right">{value}</td>
              <td className="whitespace-nowrap pl-3 text-right text-quiet">{share}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <figcaption className="mt-2 text-xs text-quiet">{caption}</figcaption>
    </figure>
  );
}
