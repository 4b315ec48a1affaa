import type { ReactNode } from "react";
import type { ProfilePanelModel, ProfilingPageModel } from "../../presenters/profiling-page/profiling-page";
import { TextLink } from "../format/text-link";
import { Note } from "../note";
import { Button, SearchField } from "../page/controls";
import { LinkOut } from "../page/grafana-menu";
import { PageShell } from "../page/page-header";
import { PanelError, Section } from "../panel";
import { FlameChart } from "./flame-chart";
import { ProfileChanges } from "./profile-changes";
import { FunctionTable, ProfileFacts } from "./profile-figures";
import { ProfileList } from "./profile-list";
import { StartForm } from "./start-form";

/** CPU and heap profiles of the cockpit and of other services. */
export function ProfilingPage({ page }: { page: ProfilingPageModel }): ReactNode {
  const { state, profile, changes, targets, drilldownHref } = page;
  return (
    <PageShell header={page.header} ignored={page.ignored}>
      {page.problem !== null && (
        <Note tone="error" role="alert">
          {page.problem}
        </Note>
      )}
      {targets.length > 0 && (
        <nav aria-label="Services" className="mb-2 print:hidden">
          <ul className="flex flex-wrap gap-x-4">
            {targets.map(({ text, href, current }) => (
              <li key={href}>
                <TextLink href={href} within="row" aria-current={current ? "page" : undefined}>
                  {text}
                </TextLink>
              </li>
            ))}
          </ul>
        </nav>
      )}
      {profile !== null && !profile.ok && <PanelError message={profile.message} />}
      {profile?.ok && <OpenProfile profile={profile.value} />}
      {changes !== null && (
        <Section id="changes" title={changes.ok ? changes.value.title : "Comparison"}>
          {changes.ok ? <ProfileChanges changes={changes.value} /> : <PanelError message={changes.message} />}
        </Section>
      )}
      {profile?.ok && (
        <>
          <Section
            id="functions"
            title="Functions"
            aside={<span className="text-quiet">{profile.value.figures.count}</span>}
          >
            <FunctionTable figures={profile.value.figures} />
          </Section>
          <Section id="chart" title={profile.value.chart.title}>
            <FlameChart chart={profile.value.chart} />
          </Section>
        </>
      )}
      {state.ok ? (
        <>
          <Section
            id="start"
            title={`${profile?.ok ? "New profile" : "Profile"} of ${state.value.service}`}
            aside={drilldownHref !== null && <LinkOut href={drilldownHref}>Continuous profiles</LinkOut>}
          >
            <StartForm start={state.value.start} href={page.href} />
          </Section>
          <Section id="profiles" title="Profiles">
            <ProfileList rows={state.value.rows} />
          </Section>
        </>
      ) : (
        <Section id="start" title="Profile">
          <PanelError message={state.message} />
        </Section>
      )}
    </PageShell>
  );
}

/** What the open profile is, and the search in it. */
function OpenProfile({ profile }: { profile: ProfilePanelModel }): ReactNode {
  const { search } = profile;
  return (
    <Section
      id="profile"
      title={profile.title}
      aside={
        <ul className="flex gap-4 print:hidden">
          <li>
            <TextLink href={profile.downloadHref} within="row">
              Download
            </TextLink>
          </li>
          <li>
            <TextLink href="#profiles" within="row">
              Compare
            </TextLink>
          </li>
          <li>
            <TextLink href={profile.closeHref} within="row">
              Close
            </TextLink>
          </li>
        </ul>
      }
    >
      <p className="mb-2 text-quiet wrap-anywhere">{profile.summary}</p>
      <ProfileFacts facts={profile.figures.facts} />
      <form method="get" action={search.action} className="flex flex-wrap items-center gap-2 print:hidden">
        {search.hidden.map(({ name, value }) => (
          <input key={name} type="hidden" name={name} value={value} />
        ))}
        <div className="flex max-sm:flex-auto">
          <SearchField name="q" defaultValue={search.q} placeholder="function or file" />
        </div>
        <Button>Search</Button>
        {search.clearHref !== null && (
          <TextLink href={search.clearHref} within="row">
            Clear
          </TextLink>
        )}
      </form>
    </Section>
  );
}
