import { spawn } from 'node:child_process';

it('the terminal sessions of the README are what the commands print', async () => {
  const child = spawn(process.execPath, ['scripts/screenshots/index.mjs', '--check'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text) => (said += text));
  const code = await new Promise((done) => child.once('close', done));
  expect({ code, said }).toEqual({ code: 0, said: '' });
}, 180_000);
