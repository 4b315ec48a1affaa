import { Fragment, type ReactNode } from "react";
import type { FunctionRowModel, ProfileFiguresModel } from "../../presenters/profiling-page/profile-figures";
import { TextLink } from "../format/text-link";
import { Note } from "../note";
import { ColumnHead, Notes, NumberCell, Row, RowHead, RowLink, SamplesCell, TableBox } from "../table";

/** What was sampled, in a line. */
export const ProfileFacts = ({ facts }: { facts: ProfileFiguresModel["facts"] }): ReactNode => (
  <dl className="mb-4 flex flex-wrap gap-x-6 gap-y-1">
    {facts.map(({ label, text }) => (
      <div key={label}>
        <dt className="inline text-quiet">{label}</dt> <dd className="inline">{text}</dd>
      </div>
    ))}
  </dl>
);

/** The functions with the most time or bytes. */
export function FunctionTable({ figures }: { figures: ProfileFiguresModel }): ReactNode {
  if (figures.rows.length === 0) return <Note>No function matches.</Note>;
  return (
    <>
      <TableBox
        label="Table of functions"
        head={
          <>
            <ColumnHead deep>Function</ColumnHead>
            {figures.sorts.map(({ sort, text, title, href, current }) => (
              <ColumnHead key={sort} span={3} title={title} sort={current ? "descending" : undefined}>
                <TextLink href={href} within="cell" aria-current={current ? "true" : undefined}>
                  {text}
                  {current && " ↓"}
                </TextLink>
              </ColumnHead>
            ))}
          </>
        }
        subhead={figures.sorts.map(({ sort }) => (
          <Fragment key={sort}>
            <ColumnHead number>share</ColumnHead>
            <ColumnHead number>amount</ColumnHead>
            <ColumnHead number>n</ColumnHead>
          </Fragment>
        ))}
      >
        {figures.rows.map((row) => (
          <FunctionRow key={row.key} row={row} />
        ))}
      </TableBox>
      <Notes notes={figures.notes} />
    </>
  );
}

const FunctionRow = ({ row }: { row: FunctionRowModel }): ReactNode => (
  <Row quiet={row.few}>
    <RowHead wide>
      <FunctionName href={row.href} name={row.name} location={row.location} />
    </RowHead>
    {[row.self, row.total].map(({ share, amount, n }, i) => (
      <Fragment key={i === 0 ? "self" : "total"}>
        <NumberCell>{share}</NumberCell>
        <NumberCell>{amount}</NumberCell>
        <SamplesCell>{n}</SamplesCell>
      </Fragment>
    ))}
  </Row>
);

/** A function and its file, one below the other. */
export const FunctionName = ({
  href,
  name,
  location,
}: {
  href: string | null;
  name: string;
  location: string;
}): ReactNode => (
  <>
    {href === null ? name : <RowLink href={href}>{name}</RowLink>} <small className="block">{location}</small>
  </>
);
