import type { ReactNode } from "react";
import type { ConnectModel } from "../../presenters/cockpit-page/connect";

/** How to connect a first site. */
export function Connect({ connect }: { connect: ConnectModel }): ReactNode {
  const Heading = connect.below === null ? "h2" : "h3";
  return (
    <div className="connect">
      <p>{connect.intro}</p>
      <ol>
        {connect.steps.map(({ title, text, code }) => (
          <li key={title}>
            <Heading>{title}</Heading>
            <p>{text}</p>
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
            <pre tabIndex={0}>{code}</pre>
          </li>
        ))}
      </ol>
    </div>
  );
}
