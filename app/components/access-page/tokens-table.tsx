import type { ReactNode } from "react";
import { INTENTS, type TokenRowModel } from "../../presenters/access-page/access-page";
import { Absent } from "../format/figure";
import { Ago } from "../page/page-header";
import { ColumnHead, Row, RowHead, TableBox, TextCell } from "../table";
import { ActionForm } from "./action-form";

/** The tokens, the newest first. */
export const TokensTable = ({
  action,
  tokens,
}: {
  action: string;
  tokens: readonly TokenRowModel[];
}): ReactNode => (
  <TableBox
    label="Table of API tokens"
    head={
      <>
        <ColumnHead>Name</ColumnHead>
        <ColumnHead>Revoke it</ColumnHead>
        <ColumnHead>Scopes</ColumnHead>
        <ColumnHead>Last use</ColumnHead>
        <ColumnHead>Created</ColumnHead>
        <ColumnHead>Ends</ColumnHead>
      </>
    }
  >
    {tokens.map(({ id, name, scopes, created, lastUsed, ends, hasEnded }) => (
      <Row key={id} quiet={hasEnded}>
        <RowHead wide>
          <span className="bidi-isolate">{name}</span>
        </RowHead>
        <TextCell>
          <ActionForm action={action} intent={INTENTS.revokeToken} id={id} label={`Revoke ${name}`}>
            Revoke
          </ActionForm>
        </TextCell>
        <TextCell>{scopes}</TextCell>
        <TextCell>{lastUsed === null ? <Absent>never</Absent> : <Ago instant={lastUsed} />}</TextCell>
        <TextCell>
          <Ago instant={created} />
        </TextCell>
        <TextCell>
          {ends === null ? <Absent>never</Absent> : <Ago instant={ends} />}
          {hasEnded && " (ended)"}
        </TextCell>
      </Row>
    ))}
  </TableBox>
);
