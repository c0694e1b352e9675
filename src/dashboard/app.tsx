import { useEffect, useMemo, useState } from 'preact/hooks';
import { daysOffered, hasFilter, readView, type View, writeView } from './address';
import {
  Api,
  type AuditHead,
  type Commit,
  type Coverage,
  type DigestListing,
  type Page,
  type Stats,
} from './api';
import { AuditCard, CoverageCard, DigestsCard, RankedCard, TotalsCard } from './cards';
import { RiskChart } from './chart';
import { CommitList } from './commitList';
import { CommitView } from './commitView';
import { DigestView } from './digestView';
import { useLoaded } from './loading';
import { Card, levels } from './parts';
import { reviewStatuses } from './reviewForm';

const listMax = 50;

function useView(tenant: string): [View, (change: Partial<View>) => void] {
  const [view, setView] = useState(() => ({ ...readView(location.search), tenant }));
  useEffect(() => {
    const back = () => setView({ ...readView(location.search), tenant });
    addEventListener('popstate', back);
    return () => removeEventListener('popstate', back);
  }, []);
  const change = (part: Partial<View>) => {
    const next = { ...view, ...part };
    history.pushState(null, '', writeView(next));
    setView(next);
  };
  return [view, change];
}

const dayOf = (daysAgo: number) => new Date(Date.now() - daysAgo * 86_400_000).toISOString().slice(0, 10);

export function App({
  tenant,
  token,
  onSignOut,
}: {
  tenant: string;
  token: string;
  onSignOut: (why: string) => void;
}) {
  const api = useMemo(() => new Api(tenant, token), [tenant, token]);
  const [view, change] = useView(tenant);
  const { days, level, repository, framework, author, review } = view;
  const isFiltered = hasFilter(view);

  // One round: all of these are asked at once.
  const stats = useLoaded(() => api.get<Stats>('/stats', { days }), [days]);
  const listed = (cursor?: string) =>
    isFiltered
      ? api.get<Page<Commit>>('/commits', {
          startDate: dayOf(days),
          level,
          repository,
          compliance: framework,
          author,
          review,
          limit: listMax,
          cursor,
        })
      : api.get<Page<Commit>>('/high-risk-commits', { days, limit: listMax, cursor });
  const commits = useLoaded(() => listed(), [days, level, repository, framework, author, review]);
  const coverage = useLoaded(() => api.get<Coverage>('/coverage', { limit: 100 }), []);
  const head = useLoaded(
    () =>
      api.get<AuditHead>('/audit/head').catch((failure) => {
        if (failure.status === 404) return null;
        throw failure;
      }),
    [],
  );
  const digests = useLoaded(() => api.get<Page<DigestListing>>('/digests', { limit: 14 }), []);

  const isOut = [stats, commits, coverage, head, digests].some(({ failure }) => failure?.signIn);
  useEffect(() => {
    if (isOut) onSignOut('Your sign-in is not valid or has expired. Sign in again to go on where you were.');
  }, [isOut]);

  const reviewed = (commit: Commit) => {
    if (commits.value)
      commits.set({
        ...commits.value,
        items: commits.value.items.map((item) => (item.commitHash === commit.commitHash ? commit : item)),
      });
    // The log follows within a second or two.
    setTimeout(head.reload, 2_000);
  };
  const more = async () => {
    if (!commits.value?.nextCursor) return;
    const next = await listed(commits.value.nextCursor);
    commits.set({ ...next, items: [...commits.value.items, ...next.items] });
  };

  return (
    <>
      <a class="skip" href="#card-list">
        To the commits
      </a>
      <header class="top">
        <h1>
          gitops-healthcare <bdi class="tenant">{tenant}</bdi>
        </h1>
        <label>
          Days{' '}
          <select
            value={String(days)}
            onChange={(event) => change({ days: Number(event.currentTarget.value) })}
          >
            {[...new Set<number>([...daysOffered, days])]
              .sort((a, b) => a - b)
              .map((offered) => (
                <option key={offered} value={String(offered)}>
                  {offered}
                </option>
              ))}
          </select>
        </label>
        <button type="button" onClick={() => onSignOut('')}>
          Sign out
        </button>
      </header>
      <main class="grid">
        <TotalsCard
          stats={stats}
          view={view}
          onLevel={(name) => change({ level: name === level ? '' : name })}
        />
        <Card
          title="Risk over time"
          area="time"
          loaded={stats}
          empty={({ commits: count }) => (count === 0 ? 'No commits in these days.' : undefined)}
        >
          {(value) => <RiskChart stats={value} />}
        </Card>
        <Card
          title={isFiltered ? 'Commits that match, newest first' : 'High-risk commits, riskiest first'}
          area="list"
          loaded={commits}
          empty={({ items }) =>
            items.length === 0
              ? isFiltered
                ? 'No commit matches these filters.'
                : 'No high-risk commit in these days.'
              : undefined
          }
          aside={
            <div class="filters">
              <label>
                Level{' '}
                <select value={level} onChange={(event) => change({ level: event.currentTarget.value })}>
                  <option value="">any</option>
                  {levels.map((name) => (
                    <option key={name} value={name}>
                      {name}
                    </option>
                  ))}
                </select>
              </label>
              <label>
                Review{' '}
                <select value={review} onChange={(event) => change({ review: event.currentTarget.value })}>
                  <option value="">any</option>
                  {['unreviewed', ...reviewStatuses].map((name) => (
                    <option key={name} value={name}>
                      {name}
                    </option>
                  ))}
                </select>
              </label>
              {(
                [
                  ['repository', repository],
                  ['framework', framework],
                  ['author', author],
                ] as const
              ).map(
                ([name, value]) =>
                  value !== '' && (
                    <button key={name} type="button" class="chip" onClick={() => change({ [name]: '' })}>
                      {name}: <bdi>{value}</bdi> <span aria-hidden="true">×</span>
                      <span class="hidden">, remove this filter</span>
                    </button>
                  ),
              )}
              {isFiltered && (
                <button
                  type="button"
                  onClick={() => change({ level: '', repository: '', framework: '', author: '', review: '' })}
                >
                  Clear filters
                </button>
              )}
            </div>
          }
        >
          {({ items, nextCursor }) => (
            <>
              <CommitList
                api={api}
                commits={items}
                hrefOf={(commit) => writeView({ ...view, commit })}
                onOpen={(commit) => change({ commit })}
                onReviewed={reviewed}
              />
              {nextCursor && (
                <button type="button" onClick={() => void more()}>
                  More
                </button>
              )}
            </>
          )}
        </Card>
        <RankedCard
          title="Frameworks"
          area="frameworks"
          stats={stats}
          counts={({ byFramework }) => byFramework}
          chosen={framework}
          onChoose={(name) => change({ framework: name === framework ? '' : name })}
        />
        <RankedCard
          title="Repositories"
          area="repositories"
          stats={stats}
          counts={({ byRepository }) => byRepository}
          chosen={repository}
          onChoose={(name) => change({ repository: name === repository ? '' : name })}
        />
        <CoverageCard coverage={coverage} />
        <AuditCard
          api={api}
          head={head}
          check={digests.value?.items.find(({ auditCheck }) => auditCheck)?.auditCheck}
        />
        <DigestsCard digests={digests} onOpen={(digest) => change({ digest })} />
      </main>
      {view.digest !== '' && view.commit === '' && (
        <DigestView
          key={view.digest}
          api={api}
          date={view.digest}
          onClose={() => change({ digest: '' })}
          onOpenCommit={(commit) => change({ commit, digest: '' })}
        />
      )}
      {view.commit !== '' && (
        <CommitView
          key={view.commit}
          api={api}
          commitHash={view.commit}
          onClose={() => change({ commit: '' })}
          onReviewed={reviewed}
        />
      )}
    </>
  );
}
