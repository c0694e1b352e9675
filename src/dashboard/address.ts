/** What the page shows, as it stands in its address: a link to it shows the same. */
export interface View {
  tenant: string;
  days: number;
  level: string;
  repository: string;
  framework: string;
  author: string;
  review: string;
  /** Hash of the commit that is open. */
  commit: string;
  /** Day of the digest that is open. */
  digest: string;
}

export const daysOffered = [7, 30, 90, 365] as const;

const names = ['tenant', 'level', 'repository', 'framework', 'author', 'review', 'commit', 'digest'] as const;

export function readView(search: string): View {
  const query = new URLSearchParams(search);
  const days = Number(query.get('days'));
  const view = { days: days >= 1 && days <= 366 ? Math.floor(days) : 30 } as View;
  for (const name of names) view[name] = (query.get(name) ?? '').slice(0, 500);
  return view;
}

/** The query string of a view; what is as usual is left out. */
export function writeView(view: View): string {
  const query = new URLSearchParams();
  for (const name of names) if (view[name] !== '') query.set(name, view[name]);
  if (view.days !== 30) query.set('days', String(view.days));
  return `?${query}`;
}

export const hasFilter = ({ level, repository, framework, author, review }: View) =>
  [level, repository, framework, author, review].some((value) => value !== '');
