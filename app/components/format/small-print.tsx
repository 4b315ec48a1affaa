import type { ReactNode } from "react";

/** What explains what is above or below it, smaller and lighter. `space` is the margin around it. */
export const SmallPrint = ({ space = "", children }: { space?: string; children: ReactNode }): ReactNode => (
  <p className={`text-xs text-quiet ${space}`.trimEnd()}>{children}</p>
);
