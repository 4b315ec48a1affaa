import type { InputHTMLAttributes, ReactNode } from "react";

const INPUT = "rounded border border-control bg-panel text-text";
const SIZE = "h-8 coarse:h-12";

/** A field's label, above it. The space after it separates it from the next one in text. */
export function Field({ label, children }: { label: string; children: ReactNode }): ReactNode {
  return (
    <>
      {/* biome-ignore lint/a11y/noLabelWithoutControl: the control is among the children */}
      <label className="flex max-w-full flex-col text-xs text-quiet">
        {label} {children}
      </label>{" "}
    </>
  );
}

type InputProps = Omit<InputHTMLAttributes<HTMLInputElement>, "className">;

/** A field of one line that is as wide as its content. */
export const Input = (attributes: InputProps): ReactNode => (
  <input {...attributes} className={`${INPUT} ${SIZE} max-w-full px-2 text-sm`} />
);

/** Of a `<select>`; narrow screens give it all of its column. */
export const SELECT = `${INPUT} ${SIZE} w-full min-w-0 text-ellipsis px-2 text-sm sm:w-auto sm:max-w-[12.5rem]`;

/** A search field beside its label; it shrinks with its row. */
export const SearchField = (attributes: InputProps): ReactNode => (
  <label className="flex flex-auto items-center gap-2">
    Search{" "}
    <input
      {...attributes}
      type="search"
      className={`${INPUT} ${SIZE} w-20 min-w-0 flex-1 px-2 sm:w-auto sm:flex-none`}
    />
  </label>
);

/** The one field of a page. */
export const MainInput = (attributes: InputProps): ReactNode => (
  <input {...attributes} className={`${INPUT} mb-3 block h-11 w-full max-w-xs px-3`} />
);

/** One of several choices, with its label behind it. */
export const CheckBox = ({ children, ...attributes }: InputProps & { children: ReactNode }): ReactNode => (
  <label className="flex min-h-8 items-center gap-2 coarse:min-h-11">
    <input {...attributes} type="checkbox" className="size-4 shrink-0" />
    <span>{children}</span>
  </label>
);

const BUTTONS = {
  plain: `${SIZE} border-control bg-panel px-3 font-semibold`,
  quiet: `${SIZE} border-line px-3`,
  main: "h-11 border-control bg-panel px-4 font-semibold",
} as const;

/** A button that sends its form. */
export const Button = ({
  kind = "plain",
  label,
  children,
}: {
  kind?: keyof typeof BUTTONS;
  /** Its accessible name, where that is not its text. */
  label?: string;
  children: ReactNode;
}): ReactNode => (
  <button type="submit" aria-label={label} className={`rounded border ${BUTTONS[kind]}`}>
    {children}
  </button>
);
