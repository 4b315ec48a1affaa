import type { ReactNode } from "react";
import type { FilterFormModel, SelectModel } from "../../presenters/page/filter-form";

/** Ranges as links, and everything else as one form that a button sends. */
export function FilterBar({ filters }: { filters: FilterFormModel }): ReactNode {
  const { times } = filters;
  return (
    <div className="filters">
      <nav className="ranges" aria-label="Range">
        {filters.ranges.map(({ text, title, href, current }) => (
          <a key={text} href={href} title={title} aria-current={current ? "true" : undefined}>
            {text}
          </a>
        ))}
      </nav>
      <form className="filter-form" action={filters.action} method="get" data-island="filters">
        {filters.hidden.map(({ name, value }) => (
          <input key={name} type="hidden" name={name} value={value} />
        ))}
        {filters.selects.map((select) => (
          <Select key={select.name} select={select} />
        ))}
        <details className="times" open={times.set}>
          <summary>From, to</summary>
          <div className="times-fields">
            <label>
              <span>From ({times.zone})</span>
              <input type="datetime-local" name="from" defaultValue={times.from} />
            </label>
            <label>
              <span>To ({times.zone})</span>
              <input type="datetime-local" name="to" defaultValue={times.to} />
            </label>
            <span className="quiet">
              These override the range. {times.set && <a href={times.clearHref}>Back to a range</a>}
            </span>
          </div>
        </details>
        <button type="submit">Apply</button>
      </form>
      <p className="filter-links">
        {filters.resetHref !== null && <a href={filters.resetHref}>Reset</a>}
        {filters.permalink !== null && (
          <a href={filters.permalink} title="This view with these times, whenever it is opened">
            Permalink
          </a>
        )}
      </p>
    </div>
  );
}

export function Select({ select }: { select: SelectModel }): ReactNode {
  return (
    <label>
      <span>{select.label}</span>
      <select name={select.name} defaultValue={select.value} data-default={select.ordinary}>
        {select.options.map(({ value, text }) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}
