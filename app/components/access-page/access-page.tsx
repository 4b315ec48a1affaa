import type { ReactNode } from "react";
import { type AccessPageModel, INTENTS } from "../../presenters/access-page/access-page";
import { Note } from "../note";
import { PageShell } from "../page/page-header";
import { Section } from "../panel";
import { Notes } from "../table";
import { ActionForm } from "./action-form";
import { SessionsTable } from "./sessions-table";
import { TokenForm } from "./token-form";
import { TokensTable } from "./tokens-table";

/** Sessions and API tokens: who and what has access, and how to end it. */
export function AccessPage({ page }: { page: AccessPageModel }): ReactNode {
  const { action, created, sessions, tokens } = page;
  return (
    <PageShell header={page.header}>
      {page.signedInBy !== null && <Note>{page.signedInBy}</Note>}
      <Section
        id="sessions"
        title="Sessions"
        aside={
          page.hasOthers && (
            <ActionForm action={action} intent={INTENTS.endOthers}>
              End all other sessions
            </ActionForm>
          )
        }
      >
        {sessions.length === 0 ? (
          <Note>There is no session.</Note>
        ) : (
          <SessionsTable action={action} sessions={sessions} />
        )}
        <Notes notes={page.sessionNotes} />
      </Section>
      <Section id="tokens" title="API tokens">
        {tokens.length === 0 ? (
          <Note>There is no token.</Note>
        ) : (
          <TokensTable action={action} tokens={tokens} />
        )}
        <Notes notes={page.tokenNotes} />
      </Section>
      <Section id="new-token" title="New API token">
        {created !== null && (
          <Note as="section" label="New token">
            <strong>{created.name}</strong> is created. Copy its token now; it is not displayed again.
            <code className="block select-all break-all">{created.text}</code>
          </Note>
        )}
        <TokenForm action={action} form={page.form} />
      </Section>
    </PageShell>
  );
}
