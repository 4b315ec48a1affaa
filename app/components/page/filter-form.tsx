import type { ReactNode } from "react";
import type { FilterFormModel, SelectModel } from "../../presenters/page/filter-form";
import { TextLink } from "../format/text-link";
import { Button, Field, Input, SELECT } from "./controls";

const FRAME =
  "mb-3 grid grid-cols-[minmax(0,auto)_1fr] gap-x-4 gap-y-3 border-y border-line py-3 print:hidden";

const RANGE =
  "flex min-w-0 flex-1 items-center justify-center px-2 text-link [--focus-offset:-3px] hover:underline aria-current:bg-text aria-current:font-semibold aria-current:text-panel";

/** Ranges as links, and everything else as one form that a button sends. */
export function FilterBar({ filters }: { filters: FilterFormModel }): ReactNode {
  const { times } = filters;
  return (
    <div className={FRAME}>
      <nav className="col-span-full sm:col-auto" aria-label="Range">
        <ul className="flex h-8 overflow-hidden rounded border border-control coarse:h-12">
          {filters.ranges.map(({ text, title, href, current }) => (
            <li key={text} className="flex min-w-0 flex-1 border-l border-line first:border-l-0 sm:min-w-10">
              <a href={href} title={title} aria-current={current ? "true" : undefined} className={RANGE}>
                {text}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <FilterForm action={filters.action} hidden={filters.hidden} selects={filters.selects}>
        <details className="open:col-span-full" open={times.set}>
          <summary className="cursor-pointer leading-8 text-link coarse:leading-11">From, to</summary>
          <div className="flex flex-wrap items-end gap-2">
            <Field label={`From (${times.zone})`}>
              <Input type={times.from.type} name="from" defaultValue={times.from.value} />
            </Field>
            <Field label={`To (${times.zone})`}>
              <Input type={times.to.type} name="to" defaultValue={times.to.value} />
            </Field>
            <p className="text-quiet">
              These override the range.{" "}
              {times.set && <TextLink href={times.clearHref}>Back to a range</TextLink>}
            </p>
          </div>
        </details>
      </FilterForm>
      <ul className="order-2 col-span-full flex gap-4 sm:order-none sm:col-auto sm:justify-end">
        {filters.resetHref !== null && (
          <li>
            <TextLink href={filters.resetHref} within="row">
              Reset
            </TextLink>
          </li>
        )}
        {filters.permalink !== null && (
          <li>
            <TextLink
              href={filters.permalink}
              title="This view with these times, whenever it is opened"
              within="row"
            >
              Permalink
            </TextLink>
          </li>
        )}
      </ul>
    </div>
  );
}

/** Filters without ranges: a form, and a link that takes all of them back. */
export function PlainFilters({
  filters: { action, hidden, selects, resetHref },
}: {
  filters: Pick<FilterFormModel, "action" | "hidden" | "selects" | "resetHref">;
}): ReactNode {
  return (
    <div className={FRAME}>
      <FilterForm action={action} hidden={hidden} selects={selects} />
      {resetHref !== null && (
        <p className="order-2 col-span-full flex sm:justify-end">
          <TextLink href={resetHref} within="row">
            Reset
          </TextLink>
        </p>
      )}
    </div>
  );
}

/** Selects and what else is filtered by, with the button that sends them. */
function FilterForm({
  action,
  hidden,
  selects,
  children = null,
}: Pick<FilterFormModel, "action" | "hidden" | "selects"> & { children?: ReactNode }): ReactNode {
  return (
    <form
      className="order-1 col-span-full grid grid-cols-2 items-end gap-2 sm:flex sm:flex-wrap"
      action={action}
      method="get"
      // A browser would restore the values that the page was left with, and its figures belong to others.
      autoComplete="off"
      data-island="filters"
    >
      {hidden.map(({ name, value }) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      {selects.map((select) => (
        <Select key={select.name} select={select} />
      ))}
      {children}
      <Button>Apply</Button>
    </form>
  );
}

export function Select({ select }: { select: SelectModel }): ReactNode {
  return (
    <Field label={select.label}>
      <select
        name={select.name}
        defaultValue={select.value}
        data-default={select.ordinary}
        className={SELECT}
      >
        {select.options.map(({ value, text }) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
    </Field>
  );
}
