import type { ReactNode } from "react";
import type { ConnectModel } from "../../presenters/cockpit-page/connect";

/** How to connect a first site. */
export function Connect({ connect }: { connect: ConnectModel }): ReactNode {
  const Heading = connect.below === null ? "h2" : "h3";
  return (
    <div className={connect.below === null ? "max-w-5xl border-t border-line pt-4" : "max-w-5xl"}>
      <p>{connect.intro}</p>
      <ol>
        {connect.steps.map(({ title, text, code }) => (
          <li key={title} className="mt-6">
            <Heading className="font-semibold">{title}</Heading>
            <p>{text}</p>
            <pre
              // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
              tabIndex={0}
              className="mt-2 overflow-x-auto rounded border border-line bg-panel p-3 text-xs leading-5"
            >
              {code}
            </pre>
          </li>
        ))}
      </ol>
    </div>
  );
}
