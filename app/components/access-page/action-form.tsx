import type { ReactNode } from "react";
import { Button } from "../page/controls";

/** A button that changes something: a form of its own, so that it works without JavaScript. */
export const ActionForm = ({
  action,
  intent,
  id = null,
  label,
  children,
}: {
  action: string;
  intent: string;
  /** Which session or token; `null` where the intent names none. */
  id?: string | null;
  /** The button's accessible name, where its text repeats in each row. */
  label?: string;
  children: ReactNode;
}): ReactNode => (
  <form method="post" action={action} className="print:hidden">
    <input type="hidden" name="intent" value={intent} />
    {id !== null && <input type="hidden" name="id" value={id} />}
    <Button kind="quiet" label={label}>
      {children}
    </Button>
  </form>
);
