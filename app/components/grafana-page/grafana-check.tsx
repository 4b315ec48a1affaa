import type { ReactNode } from "react";
import type { GrafanaCheckModel } from "../../presenters/grafana-page/grafana-check-page";
import { TextLink } from "../format/text-link";
import { Button } from "../page/controls";
import { PlainPage } from "../page/plain-page";
import { PanelError } from "../panel";

/** The page that checks the links to traces: a form, and what Tempo answered. */
export function GrafanaCheck({
  page: { introduction, form, check, back },
}: {
  page: GrafanaCheckModel;
}): ReactNode {
  return (
    <PlainPage title="Links to traces">
      <p className="mb-4 wrap-anywhere">{introduction}</p>
      {form !== null && (
        <form method="get" action={form.action} className="mb-6">
          <input type="hidden" name={form.name} value={form.value} />
          <Button kind="main">{form.text}</Button>
        </form>
      )}
      {check !== null && (
        <section className="mb-6" aria-label="Result">
          {check.ok ? <Result {...check.value} /> : <PanelError message={check.message} />}
        </section>
      )}
      <p>
        <TextLink href={back.href}>{back.text}</TextLink>
      </p>
    </PlainPage>
  );
}

type ResultProps = Extract<NonNullable<GrafanaCheckModel["check"]>, { ok: true }>["value"];

function Result({ heading, lines, summary }: ResultProps): ReactNode {
  return (
    <>
      <p className="mb-2 wrap-anywhere">
        <strong>{summary}</strong>
      </p>
      {heading !== null && <p className="mb-2 text-quiet wrap-anywhere">{heading}</p>}
      {lines.length > 0 && (
        <ul className="border-t border-line">
          {lines.map(({ status, mark, subject, text }) => (
            <li key={subject} className="border-b border-line py-2 wrap-anywhere" data-status={status}>
              <span className="bidi-isolate font-semibold">{subject}</span>{" "}
              <span className="block">
                {mark}: {text}
              </span>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
