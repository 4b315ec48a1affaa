import type { ReactNode } from "react";
import { COST_NOTES, type StartFormModel } from "../../presenters/profiling-page/start-form";
import { SmallPrint } from "../format/small-print";
import { TextLink } from "../format/text-link";
import { Button, Field, Input, SELECT } from "../page/controls";

/** The form that starts a profile, or what it waits for. `href` is the address to reload after the countdown. */
export function StartForm({ start, href }: { start: StartFormModel; href: string }): ReactNode {
  const { status, countdown, form } = start;
  return (
    <>
      {status !== null && (
        <p className="mb-2">
          <strong>{status}</strong>{" "}
          {countdown !== null && (
            <span data-island="countdown" data-seconds={countdown.seconds}>
              <span>{countdown.text}</span> <TextLink href={href}>Reload</TextLink>
            </span>
          )}
        </p>
      )}
      {form !== null && (
        <form
          method="post"
          action="/admin/profiling/start"
          className="mb-2 grid grid-cols-2 items-end gap-2 sm:flex sm:flex-wrap print:hidden"
        >
          {form.target !== "" && <input type="hidden" name="target" value={form.target} />}
          <Field label="Kind">
            <Options name="kind" options={form.kinds} />
          </Field>
          <Field label={`Seconds (${form.duration.min} to ${form.duration.max})`}>
            <Input
              type="number"
              name="duration"
              min={form.duration.min}
              max={form.duration.max}
              step="any"
              required
              defaultValue={form.duration.value}
            />
          </Field>
          <Field label="Sampling interval (CPU)">
            <Options name="interval" options={form.intervals} value={form.interval} />
          </Field>
          <Button>Start profile</Button>
        </form>
      )}
      {COST_NOTES.map((note) => (
        <SmallPrint key={note} space="max-w-page">
          {note}
        </SmallPrint>
      ))}
    </>
  );
}

const Options = ({
  name,
  options,
  value,
}: {
  name: string;
  options: ReadonlyArray<{ value: string; text: string }>;
  value?: string;
}): ReactNode => (
  <select name={name} defaultValue={value} className={SELECT}>
    {options.map((option) => (
      <option key={option.value} value={option.value}>
        {option.text}
      </option>
    ))}
  </select>
);
