import type { ReactNode } from "react";
import { INTENTS, type SessionRowModel } from "../../presenters/access-page/access-page";
import { Ago } from "../page/page-header";
import { ColumnHead, Row, RowHead, TableBox, TextCell } from "../table";
import { ActionForm } from "./action-form";

/** The sessions, the reader's own first. */
export const SessionsTable = ({
  action,
  sessions,
}: {
  action: string;
  sessions: readonly SessionRowModel[];
}): ReactNode => (
  <TableBox
    label="Table of sessions"
    head={
      <>
        <ColumnHead>Browser</ColumnHead>
        <ColumnHead>End it</ColumnHead>
        <ColumnHead>Last request</ColumnHead>
        <ColumnHead>Signed in</ColumnHead>
        <ColumnHead>Ends</ColumnHead>
      </>
    }
  >
    {sessions.map(({ id, browser, isOwn, signedIn, lastSeen, ends }) => (
      <Row key={id}>
        <RowHead>{browser}</RowHead>
        <TextCell>
          {isOwn ? (
            <strong>This session</strong>
          ) : (
            <ActionForm action={action} intent={INTENTS.endSession} id={id} label={`End ${browser}`}>
              End
            </ActionForm>
          )}
        </TextCell>
        <TextCell>
          <Ago instant={lastSeen} />
        </TextCell>
        <TextCell>
          <Ago instant={signedIn} />
        </TextCell>
        <TextCell>
          <Ago instant={ends} />
        </TextCell>
      </Row>
    ))}
  </TableBox>
);
