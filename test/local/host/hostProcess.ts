import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { build } from 'esbuild';

const root = resolve(__dirname, '../../..');

export interface AppFiles {
  /** File in `apps` that registers the functions. */
  entry: string;
  hostJson?: object;
  localSettings?: object;
  /** ECMAScript module with `"type": "module"`; CommonJS unless told otherwise. */
  isModule?: boolean;
}

/** The host as a process of its own, which is how apps are loaded and how `kill -9` is tried. */
export interface HostProcess {
  url: string;
  pid: number;
  /** What it has written so far. */
  output(): string;
  /** Resolves with the first match in the output, past or to come. */
  shows(pattern: RegExp, timeoutMs?: number): Promise<RegExpMatchArray>;
  /** Resolves with its exit code, or the signal's name, once it has ended by itself. */
  ended: Promise<number | string>;
  /** Ends it and resolves with its exit code, or the signal's name. */
  end(signal?: NodeJS.Signals): Promise<number | string>;
}

/** Bundles hosts and apps as the build does, into a folder of their own, and runs them; `close` ends and removes everything. */
export class HostBench {
  readonly #processes = new Set<HostProcess>();
  #host: Promise<string> | undefined;

  private constructor(readonly directory: string) {}

  static async open(): Promise<HostBench> {
    return new HostBench(await mkdtemp(join(tmpdir(), 'functions-host-')));
  }

  async close(): Promise<void> {
    await Promise.all([...this.#processes].map((host) => host.end('SIGKILL')));
    await rm(this.directory, { recursive: true, force: true });
  }

  /** @returns the folder of an app as it would be deployed: bundle, package.json, host.json. */
  async buildApp({ entry, hostJson, localSettings, isModule = false }: AppFiles): Promise<string> {
    const directory = await mkdtemp(join(this.directory, 'app-'));
    // Where an ECMAScript module bundle calls `require`, only a banner like this one defines it.
    const banner =
      "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";
    await bundle(
      join(__dirname, 'apps', entry),
      join(directory, 'dist/index.js'),
      isModule ? banner : undefined,
    );
    const write = (name: string, value: object): Promise<void> =>
      writeFile(join(directory, name), JSON.stringify(value));
    await write('package.json', { main: 'dist/index.js', ...(isModule && { type: 'module' }) });
    await write('host.json', { version: '2.0', ...hostJson });
    if (localSettings) await write('local.settings.json', localSettings);
    return directory;
  }

  /** Runs the host on an app's folder and resolves once it listens. */
  async start(
    appDirectory: string,
    settings: Record<string, string> = {},
    args: string[] = [],
  ): Promise<HostProcess> {
    const host = await this.spawn(appDirectory, settings, args);
    const [, url = ''] = await host.shows(/Listening on (\S+)\. /);
    return Object.assign(host, { url });
  }

  /** Runs the host without waiting for anything. */
  async spawn(
    appDirectory: string,
    settings: Record<string, string> = {},
    args: string[] = [],
  ): Promise<HostProcess> {
    this.#host ??= bundle(join(root, 'local/host/main.ts'), join(this.directory, 'host.js'));
    const script = await this.#host;
    const port = args.includes('--port') ? [] : ['--port', '0'];
    const child = spawn(process.execPath, [script, ...port, ...args, appDirectory], {
      env: { PATH: process.env.PATH, ...settings },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let text = '';
    const ended = once(child, 'exit').then(([code, signal]): number | string => code ?? signal);
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        text += `${line}\n`;
      });
    }
    const host: HostProcess = {
      url: '',
      pid: child.pid ?? 0,
      output: () => text,
      ended,
      shows: (pattern, timeoutMs = 15_000) =>
        eventually(
          () => pattern.exec(text) ?? undefined,
          timeoutMs,
          () => text,
        ),
      end: async (signal = 'SIGINT') => {
        child.kill(signal);
        const code = await ended;
        this.#processes.delete(host);
        return code;
      },
    };
    this.#processes.add(host);
    return host;
  }
}

/** Polls until there is an answer. @throws Error with `describe`'s text once the time is over. */
export async function eventually<T>(
  probe: () => T | undefined | Promise<T | undefined>,
  timeoutMs = 15_000,
  describe: () => string = () => '',
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const found = await probe();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error(`Not seen within ${timeoutMs} ms.\n${describe()}`);
    await new Promise((next) => setTimeout(next, 20));
  }
}

async function bundle(entry: string, outfile: string, moduleBanner?: string): Promise<string> {
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20.18',
    format: moduleBanner ? 'esm' : 'cjs',
    banner: { js: moduleBanner ?? '' },
    external: ['@azure/functions-core'],
    logLevel: 'warning',
  });
  return outfile;
}
