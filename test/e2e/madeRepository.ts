import { execFileSync } from 'node:child_process';

/** Makes a git repository of so many commits, one after another, some of them on the same days. */
export function makeRepository(directory: string, commits: number): void {
  const firstSecond = Date.UTC(2021, 0, 1) / 1_000;
  const lines: string[] = [];
  for (let n = 1; n <= commits; n++) {
    const content = `export const value = ${n};\n`;
    const message = n % 50 === 0 ? `fix: check permission ${n}` : `feat: change number ${n}`;
    lines.push(
      'commit refs/heads/main',
      `mark :${n}`,
      `author Dev ${n % 7} <dev${n % 7}@example.org> ${firstSecond + n * 9_000} +0200`,
      `committer Dev ${n % 7} <dev${n % 7}@example.org> ${firstSecond + n * 9_000} +0200`,
      `data ${Buffer.byteLength(message)}`,
      message,
      ...(n > 1 ? [`from :${n - 1}`] : []),
      `M 100644 inline src/module${n % 40}/file${n % 300}.ts`,
      `data ${Buffer.byteLength(content)}`,
      content,
    );
  }
  execFileSync('git', ['init', '--quiet', '--initial-branch=main', directory]);
  execFileSync('git', ['-C', directory, 'fast-import', '--quiet'], { input: `${lines.join('\n')}\n` });
}
