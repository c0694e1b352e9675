import { execFileSync } from 'node:child_process';

const filesMax = 2_000;
const linesAFile = 60;

/** A repository of so many commits over some thousand files of some dozen lines, each commit changing one to four. */
export function madeRepository(directory: string, commits: number): string {
  execFileSync('git', ['init', '--quiet', '--initial-branch=main', directory]);
  const parts: string[] = [];
  const versions = new Map<number, number>();
  for (let n = 1; n <= commits; n += 1) {
    const second = 1_500_000_000 + n * 600;
    const message = `feat(area${n % 30}): change number ${n}\n\nIt was asked for in ticket ${n % 997}.\n`;
    const person = `Dev ${n % 40} <dev${n % 40}@example.org> ${second} +0200`;
    parts.push(`commit refs/heads/main\nmark :${n}\nauthor ${person}\ncommitter ${person}\n`);
    parts.push(`data ${Buffer.byteLength(message)}\n${message}\n`);
    if (n > 1) parts.push(`from :${n - 1}\n`);
    for (let file = 0; file <= n % 4; file += 1) {
      const number = (n * 31 + file * 7) % filesMax;
      const version = (versions.get(number) ?? 0) + 1;
      versions.set(number, version);
      const content = contentOf(number, version);
      parts.push(`M 100644 inline src/area${number % 30}/module${number % 200}/file${number}.ts\n`);
      parts.push(`data ${Buffer.byteLength(content)}\n${content}\n`);
    }
  }
  execFileSync('git', ['-C', directory, 'fast-import', '--quiet'], { input: parts.join('') });
  return directory;
}

/** Each version differs from the one before in a few lines. */
function contentOf(file: number, version: number): string {
  return Array.from({ length: linesAFile }, (_, line) => {
    const since = line % 7 === version % 7 ? version : Math.floor(version / 7) * 7 + (line % 7);
    return `export const value${line} = ${file * 1000 + since};\n`;
  }).join('');
}
