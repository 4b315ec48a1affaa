import type { ReactNode } from "react";

const TONES = {
  plain: "border-control",
  warning: "border-needs-improvement-fill bg-warning",
  error: "border-poor-fill",
} as const;

/** A sentence or two that stand out from the page: a hint, a warning, a failure. */
export function Note({
  as: Element = "p",
  tone = "plain",
  label,
  role,
  children,
}: {
  as?: "p" | "ul" | "div" | "section" | "aside";
  tone?: keyof typeof TONES;
  /** Name of a landmark or a list. */
  label?: string;
  role?: "alert";
  children: ReactNode;
}): ReactNode {
  return (
    <Element
      className={`mb-4 border-l-4 px-3 py-1 wrap-anywhere ${TONES[tone]}`}
      aria-label={label}
      role={role}
    >
      {Element === "section" || Element === "aside" ? <p>{children}</p> : children}
    </Element>
  );
}
