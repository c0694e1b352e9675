// `npm run dev`: builds again on every change of the sources, and runs the local stack, which loads the app again on every build.
// Arguments go to the stack (`npm start -- --help` lists them).
import { spawn, spawnSync } from 'node:child_process';

const node = (args, options) => spawn(process.execPath, args, { stdio: 'inherit', ...options });

const build = spawnSync(process.execPath, ['scripts/build.mjs'], { stdio: 'inherit' });
if (build.status !== 0) process.exit(build.status ?? 1);

const builder = node(['scripts/build.mjs', '--watch']);
const stack = node(['dist/local/start.js', '--watch', '--no-ingest', ...process.argv.slice(2)]);
// A terminal sends Ctrl-C to both as well; the stack's end ends the builder.
process.on('SIGINT', () => undefined).on('SIGTERM', () => stack.kill('SIGTERM'));
stack.on('exit', (code) => {
  builder.kill();
  process.exit(code ?? 1);
});
