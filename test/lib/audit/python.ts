import { spawnSync } from 'node:child_process';
import { dirname, resolve } from 'node:path';
import type { VerificationReport } from '../../../src/lib/audit';

const checker = resolve(__dirname, '../../../docs/verify.py');

/** Whether a Python 3.8 or later is there as `python3`. */
export const hasPython =
  spawnSync('python3', ['-c', 'import sys; sys.exit(sys.version_info < (3, 8))']).status === 0;

/** What `docs/verify.py` reports of an export; its exit code is held against its own verdict. */
export function verifyInPython(text: string | Buffer, ...args: string[]): VerificationReport {
  const { status, stdout, stderr } = spawnSync('python3', ['-B', checker, '--json', ...args, '-'], {
    input: text,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  if (status !== 0 && status !== 1) throw new Error(`verify.py failed: ${stderr}`);
  const report = JSON.parse(stdout) as VerificationReport;
  if (report.valid !== (status === 0)) throw new Error(`verify.py says ${stdout} and exits with ${status}`);
  return report;
}

/** What `docs/verify.py` reports of many exports, in one run. */
export function verifyManyInPython(texts: Buffer[]): VerificationReport[] {
  const program = [
    'import base64, json, sys',
    `sys.path.insert(0, ${JSON.stringify(dirname(checker))})`,
    'import verify',
    'for text in json.load(sys.stdin):',
    '    lines = base64.b64decode(text).split(b"\\n")',
    '    print(json.dumps(verify.verify(lines if lines[-1] else lines[:-1])))',
  ].join('\n');
  const input = JSON.stringify(texts.map((text) => text.toString('base64')));
  const { stdout, stderr } = spawnSync('python3', ['-B', '-c', program], {
    input,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  const reports = stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as VerificationReport);
  if (reports.length !== texts.length) throw new Error(`verify.py failed: ${stderr}`);
  return reports;
}
