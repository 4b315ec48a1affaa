import type { ReactNode } from "react";
import type { GrafanaMenuModel } from "../../presenters/page/grafana-menu";
import { SmallPrint } from "../format/small-print";
import { TextLink } from "../format/text-link";

const SUMMARY =
  "opens-menu flex h-8 cursor-pointer list-none items-center whitespace-nowrap rounded border border-line px-3 group-open:border-control coarse:h-12";

/** On narrow screens the menu is as wide as the page, and positioned at the header. */
const MENU =
  "absolute inset-x-4 z-30 mt-1 max-h-[80vh] overflow-y-auto rounded-md border border-control bg-panel py-2 sm:left-auto sm:right-0 sm:w-88";

/** A link out of the cockpit; it opens a new tab. */
export function LinkOut({ href, children }: { href: string; children: ReactNode }): ReactNode {
  return (
    <a
      href={href}
      target="_blank"
      rel="noopener"
      className="opens-tab inline-block leading-6 text-link underline coarse:-my-2.5 coarse:py-2.5"
    >
      {children}
    </a>
  );
}

/** “Open in Grafana”: a menu that needs no script. */
export function GrafanaMenu({ menu }: { menu: GrafanaMenuModel | null }): ReactNode {
  if (menu === null) return null;
  return (
    <details className="group max-sm:order-2 sm:relative print:hidden">
      <summary className={SUMMARY}>Open in Grafana</summary>
      <nav className={MENU} aria-label="Grafana">
        <SmallPrint space="px-3 pb-2 wrap-anywhere">Opens with {menu.opensWith.join(" · ")}</SmallPrint>
        {menu.notes.map((note) => (
          <SmallPrint key={note} space="px-3 pb-2">
            {note}
          </SmallPrint>
        ))}
        {menu.groups.map((group) => (
          <ul key={group[0]?.text} className="border-t border-line py-1 last:pb-0">
            {group.map(({ text, description, href }) => (
              <li key={text}>
                <a
                  href={href}
                  target="_blank"
                  rel="noopener"
                  className="group/item block px-3 py-1 text-xs text-quiet [--focus-offset:-2px] hover:bg-ground"
                >
                  <span className="opens-tab block text-sm text-link group-hover/item:underline">{text}</span>
                  {` ${description}`}
                </a>
              </li>
            ))}
          </ul>
        ))}
        <p className="border-t border-line px-3 pt-2 text-xs">
          <TextLink href={menu.check.href}>{menu.check.text}</TextLink>
        </p>
      </nav>
    </details>
  );
}
