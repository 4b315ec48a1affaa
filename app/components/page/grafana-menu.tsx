import type { ReactNode } from "react";
import type { GrafanaMenuModel } from "../../presenters/page/grafana-menu";

/** A link out of the cockpit, in a tab of its own. */
export function LinkOut({ href, children }: { href: string; children: ReactNode }): ReactNode {
  return (
    <a href={href} target="_blank" rel="noopener" className="out">
      {children}
    </a>
  );
}

/** “Open in Grafana”: it opens without a script. */
export function GrafanaMenu({ menu }: { menu: GrafanaMenuModel | null }): ReactNode {
  if (menu === null) return null;
  return (
    <details className="menu">
      <summary>Open in Grafana</summary>
      <nav className="menu-panel" aria-label="Grafana">
        <p className="quiet small">Opens with {menu.opensWith.join(" · ")}</p>
        {menu.groups.map((group) => (
          <ul key={group[0]?.text}>
            {group.map(({ text, words, href }) => (
              <li key={text}>
                <a href={href} target="_blank" rel="noopener">
                  <span className="out">{text}</span>
                  <span className="quiet small">{words}</span>
                </a>
              </li>
            ))}
          </ul>
        ))}
      </nav>
    </details>
  );
}
