import { Log } from '../../../local/host/log';
import type { HostOutput } from '../../../local/host/output';

function linesOf(colours: boolean, write: (log: Log) => void): string[] {
  const lines: string[] = [];
  const output: HostOutput = { colours, line: (text) => lines.push(text) };
  write(new Log(output));
  return lines;
}

const writeAll = (log: Log): void => {
  log.request('GET', '/api/x', 200, 3.21, 'x');
  log.request('DELETE', '/api/x', 404, 123.4, undefined);
  log.host('warning', 'careful');
};

it('writes tidy lines without colours where the output shows none', () => {
  const lines = linesOf(false, writeAll).map((line) => line.replace(/^\d\d:\d\d:\d\d /, ''));
  expect(lines).toEqual(['200 GET    /api/x 3.2 ms x', '404 DELETE /api/x 123 ms', 'careful']);
});

it('colours the status by its class where the output is a terminal', () => {
  const [ok, missing, warning] = linesOf(true, writeAll);
  expect(ok).toContain('\u001b[32m200\u001b[39m');
  expect(missing).toContain('\u001b[33m404\u001b[39m');
  expect(warning).toContain('\u001b[33mcareful\u001b[39m');
});

it('obeys levels by category, the nearest first', () => {
  const lines = linesOf(false, (log) => {
    log.setLevels({ default: 'warning', 'Function.loud': 'information', 'Function.loud.User': 'error' });
    log.app('information', 'user', 'quiet', { functionName: 'other' });
    log.app('information', 'system', 'heard', { functionName: 'loud' });
    log.app('information', 'user', 'unheard', { functionName: 'loud' });
    log.request('GET', '/', 200, 1, undefined);
  });
  expect(lines.map((line) => line.slice(9))).toEqual(['loud: heard']);
});
