import type { ReactNode } from "react";
import type { ProfileChangesModel } from "../../presenters/profiling-page/profile-changes";
import { TextLink } from "../format/text-link";
import { Note } from "../note";
import { ColumnHead, Notes, NumberCell, Row, RowHead, SamplesCell, TableBox } from "../table";
import { FunctionName } from "./profile-figures";

/** The functions of two profiles, those that grew first. */
export function ProfileChanges({ changes }: { changes: ProfileChangesModel }): ReactNode {
  return (
    <>
      <p className="mb-2 wrap-anywhere">
        {changes.summary} <TextLink href={changes.clearHref}>End the comparison</TextLink>
      </p>
      {changes.rows.length === 0 ? (
        <Note>No function matches.</Note>
      ) : (
        <TableBox
          label="Table of changes"
          head={
            <>
              <ColumnHead deep>Function</ColumnHead>
              <ColumnHead number deep title="Change of the share of the function itself">
                Itself
              </ColumnHead>
              <ColumnHead
                number
                deep
                title="Change of the share of the function with everything that it calls"
              >
                With calls
              </ColumnHead>
              <ColumnHead span={2}>Itself before</ColumnHead>
              <ColumnHead span={2}>Itself after</ColumnHead>
            </>
          }
          subhead={["before", "after"].flatMap((side) => [
            <ColumnHead key={`${side} share`} number>
              share
            </ColumnHead>,
            <ColumnHead key={`${side} n`} number>
              n
            </ColumnHead>,
          ])}
        >
          {changes.rows.map((row) => (
            <Row key={row.key} quiet={row.few}>
              <RowHead wide>
                <FunctionName href={null} name={row.name} location={row.location} />
              </RowHead>
              <NumberCell>{row.change}</NumberCell>
              <NumberCell>{row.totalChange}</NumberCell>
              <NumberCell>{row.before.share}</NumberCell>
              <SamplesCell>{row.before.n}</SamplesCell>
              <NumberCell>{row.after.share}</NumberCell>
              <SamplesCell>{row.after.n}</SamplesCell>
            </Row>
          ))}
        </TableBox>
      )}
      <Notes notes={changes.notes} />
    </>
  );
}
