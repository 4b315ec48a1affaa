import type { ReactNode } from "react";
import { type AccessPageModel, INTENTS } from "../../presenters/access-page/access-page";
import { SmallPrint } from "../format/small-print";
import { Note } from "../note";
import { Button, CheckBox, Field, Input } from "../page/controls";

/** The form of a new token. */
export const TokenForm = ({ action, form }: { action: string; form: AccessPageModel["form"] }): ReactNode => (
  <form method="post" action={`${action}#new-token`} className="max-w-page">
    {form.problem !== null && (
      <Note tone="error" role="alert">
        {form.problem}
      </Note>
    )}
    <input type="hidden" name="intent" value={INTENTS.createToken} />
    <div className="mb-3 flex flex-wrap gap-x-4 gap-y-2">
      <Field label="Name, such as the program that uses it">
        <Input name="name" defaultValue={form.name} required maxLength={100} autoComplete="off" />
      </Field>
      <Field label="Last day (UTC), empty for no end">
        <Input name="ends" type="date" defaultValue={form.ends} min={form.earliest} />
      </Field>
    </div>
    <fieldset className="mb-3">
      <legend className="text-xs text-quiet">Scopes</legend>
      {form.scopes.map(({ name, meaning, checked }) => (
        <CheckBox key={name} name="scope" value={name} defaultChecked={checked}>
          <strong>{name}</strong> {meaning}
        </CheckBox>
      ))}
    </fieldset>
    <Button>Create token</Button>
    <SmallPrint space="mt-2">
      A program sends its token as the header <code>Authorization: Bearer</code>, a blank and the token.
    </SmallPrint>
  </form>
);
