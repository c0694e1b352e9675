// Sends the commits of one push to gitops-healthcare. Needs Node 20, git and a full checkout; no packages.
// Running it again changes nothing: a commit that is recorded already is answered with "unchanged".
import { execFileSync } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';

const { GITOPS_API_URL, GITOPS_TENANT, GITOPS_AUDIENCE, BEFORE, AFTER, GITHUB_REPOSITORY, GITHUB_REF } =
  process.env;
const commitsABatch = 100;

const git = (...words) => execFileSync('git', words, { encoding: 'utf8', maxBuffer: 256 * 1024 * 1024 });

/** The pushed commits, oldest first. A new branch has no "before": then those that no other branch has. */
function pushed() {
  if (/^0+$/.test(AFTER)) return [];
  const branch = GITHUB_REF.replace('refs/heads/', 'origin/');
  const range = /^0+$/.test(BEFORE)
    ? [AFTER, '--not', `--exclude=${branch}`, '--remotes']
    : [`${BEFORE}..${AFTER}`];
  return git('rev-list', '--reverse', ...range)
    .split('\n')
    .filter(Boolean);
}

function commitOf(hash) {
  const format = '%H%x00%aI%x00%ae%x00%an%x00%ce%x00%P%x00%B';
  const [commitHash, timestamp, email, authorName, committer, parents, message] = git(
    ...['show', '--no-patch', `--format=${format}`, hash],
  ).split('\0');
  const [parent] = parents.split(' ');
  // Against the first parent: of a merge, what it brought to the branch.
  const range = parent ? [parent, commitHash] : ['--root', '--no-commit-id', commitHash];
  const files = git('diff-tree', '-r', '-z', '--numstat', '--no-renames', ...range);
  const filesChanged = files
    .split('\0')
    .filter(Boolean)
    .map((line) => {
      const [added, deleted, ...path] = line.split('\t');
      const counts = added === '-' ? {} : { linesAdded: Number(added), linesDeleted: Number(deleted) };
      return { path: path.join('\t'), ...counts };
    });
  return {
    ...{ commitHash, timestamp, authorName, committer, filesChanged },
    author: email || authorName,
    message: message.trimEnd(),
    repository: GITHUB_REPOSITORY,
    branch: GITHUB_REF.replace('refs/heads/', ''),
    parents: parents.split(' ').filter(Boolean),
  };
}

async function identityToken() {
  const { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: token } = process.env;
  const response = await fetch(`${url}&audience=${encodeURIComponent(GITOPS_AUDIENCE)}`, {
    headers: { authorization: `bearer ${token}` },
  });
  if (!response.ok)
    throw new Error(`GitHub gave no token (${response.status}): set "permissions: id-token: write".`);
  return (await response.json()).value;
}

async function send(commits, token, attempt = 1) {
  const response = await fetch(`${GITOPS_API_URL}/v1/tenants/${GITOPS_TENANT}/commits`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ commits }),
  });
  if ([429, 502, 503, 504].includes(response.status) && attempt < 6) {
    await delay(1000 * Number(response.headers.get('retry-after') ?? 2 ** attempt));
    return send(commits, token, attempt + 1);
  }
  const answer = await response.json();
  if (!response.ok) throw new Error(`${response.status} ${answer.title}: ${answer.detail ?? ''}`);
  return answer;
}

const hashes = pushed();
let failed = 0;
for (let from = 0; from < hashes.length; from += commitsABatch) {
  const commits = hashes.slice(from, from + commitsABatch).map(commitOf);
  // Fetched anew for each batch: it lives for minutes.
  const answer = await send(commits, await identityToken());
  failed += answer.failed;
  for (const result of answer.results.filter(({ status }) => status === 'failed'))
    console.error(JSON.stringify(result));
}
console.log(`${hashes.length - failed} of ${hashes.length} commits recorded`);
if (failed > 0) process.exitCode = 1;
