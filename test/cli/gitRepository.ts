import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

type Text = string | Buffer;

export interface MadeCommit {
  message: Text;
  /** Path to content; null removes. Paths as bytes where they are not UTF-8. */
  files?: readonly (readonly [path: Text, content: Text | null])[];
  /** Path to the commit that a submodule is at. */
  submodules?: readonly (readonly [path: string, commitHash: string])[];
  /** git's raw date. */
  date?: string;
  author?: Text;
  email?: string;
  /** Marks of earlier commits (1 is the first made). Default: the one made before. */
  parents?: readonly number[];
  /** The commit object's encoding header. */
  encoding?: string;
}

/** What `git fast-import` reads (git-fast-import, "INPUT FORMAT"): any byte anywhere, and many commits a second. */
export function importStream(commits: readonly MadeCommit[], branch = 'refs/heads/main'): Buffer {
  const parts: Buffer[] = [];
  const add = (...texts: Text[]): void => {
    for (const text of texts) parts.push(typeof text === 'string' ? Buffer.from(text) : text);
  };
  const block = (text: Text): void => {
    const bytes = typeof text === 'string' ? Buffer.from(text) : text;
    add(`data ${bytes.length}\n`, bytes, '\n');
  };
  commits.forEach((commit, index) => {
    const date = commit.date ?? `${1_700_000_000 + index * 60} +0000`;
    const email = commit.email ?? 'ada@example.org';
    const author = commit.author ?? 'Ada';
    add(`commit ${branch}\nmark :${index + 1}\n`);
    add('author ', author, ` <${email}> ${date}\ncommitter `, author, ` <${email}> ${date}\n`);
    if (commit.encoding) add(`encoding ${commit.encoding}\n`);
    block(commit.message);
    const parents = commit.parents ?? (index === 0 ? [] : [index]);
    parents.forEach((mark, at) => {
      add(`${at === 0 ? 'from' : 'merge'} :${mark}\n`);
    });
    if (parents.length === 0 && index > 0) add('deleteall\n');
    for (const [path, content] of commit.files ?? []) {
      if (content === null) add('D ', quoted(path), '\n');
      else {
        add('M 100644 inline ', quoted(path), '\n');
        block(content);
      }
    }
    for (const [path, hash] of commit.submodules ?? []) add(`M 160000 ${hash} ${path}\n`);
  });
  return Buffer.concat(parts);
}

function quoted(path: Text): string {
  let text = '"';
  for (const byte of typeof path === 'string' ? Buffer.from(path) : path) {
    text += `\\${byte.toString(8).padStart(3, '0')}`;
  }
  return `${text}"`;
}

/** Temporary git repositories; `dispose` removes them all. */
export class TestRepositories {
  readonly #folders: string[] = [];

  /** An empty folder. */
  folder(): string {
    const folder = mkdtempSync(join(tmpdir(), 'gitops-cli-'));
    this.#folders.push(folder);
    return folder;
  }

  /** A repository with these commits on `main`, made without a work tree where it is bare. */
  make(commits: readonly MadeCommit[], { bare = false } = {}): string {
    const folder = this.folder();
    git(folder, 'init', '-q', '-b', 'main', ...(bare ? ['--bare'] : []));
    if (commits.length > 0) {
      execFileSync('git', ['-C', folder, 'fast-import', '--quiet', '--force'], {
        input: importStream(commits),
      });
    }
    return folder;
  }

  dispose(): void {
    for (const folder of this.#folders.splice(0)) rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs git in a folder, apart from the settings of whoever runs the tests. */
export function git(folder: string, ...args: string[]): string {
  return execFileSync('git', ['-C', folder, ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 256 * 1024 * 1024,
    env: {
      ...process.env,
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_AUTHOR_NAME: 'Ada',
      GIT_AUTHOR_EMAIL: 'ada@example.org',
      GIT_COMMITTER_NAME: 'Ada',
      GIT_COMMITTER_EMAIL: 'ada@example.org',
    },
  }).trimEnd();
}
