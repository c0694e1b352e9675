import { randomBytes, timingSafeEqual } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** The keys of the app, as `/admin/host/keys` and `/admin/functions/{name}/keys` know them. */
export interface KeyFile {
  /** Opens everything, `/admin` included. */
  masterKey: string;
  /** Open every function of level `function`. */
  functionKeys: Record<string, string>;
  /** Open one function each. */
  functions: Record<string, Record<string, string>>;
}

export type Access = 'anonymous' | 'function' | 'admin';

/**
 * Function, host and master keys, made once and kept in a file that its owner alone may read, where a developer finds them.
 * Azure keeps the same in the `azure-webjobs-secrets` blob container.
 */
export class Keys {
  readonly #file: KeyFile;

  private constructor(file: KeyFile) {
    this.#file = file;
  }

  /** Reads the keys, making those that do not exist yet. */
  static async open(path: string, functionNames: string[]): Promise<Keys> {
    const stored = await readStored(path);
    const file: KeyFile = stored ?? {
      masterKey: newKey(),
      functionKeys: { default: newKey() },
      functions: {},
    };
    const missing = functionNames.filter((name) => !file.functions[name]);
    for (const name of missing) file.functions[name] = { default: newKey() };
    if (!stored || missing.length > 0) {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, `${JSON.stringify(file, null, 2)}\n`, { mode: 0o600 });
    }
    return new Keys(file);
  }

  get masterKey(): string {
    return this.#file.masterKey;
  }

  get hostKeys(): Record<string, string> {
    return this.#file.functionKeys;
  }

  functionKeys(name: string): Record<string, string> {
    return this.#file.functions[name] ?? {};
  }

  /** What the key opens, at the function of that name (none: the admin API). */
  accessOf(key: string, functionName?: string): Access {
    if (isSame(key, this.#file.masterKey)) return 'admin';
    const opening = [
      ...Object.values(this.hostKeys),
      ...Object.values(this.functionKeys(functionName ?? '')),
    ];
    return opening.some((candidate) => isSame(key, candidate)) ? 'function' : 'anonymous';
  }
}

async function readStored(path: string): Promise<KeyFile | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function newKey(): string {
  return randomBytes(40).toString('base64url');
}

function isSame(one: string, other: string): boolean {
  const [left, right] = [Buffer.from(one), Buffer.from(other)];
  return left.length === right.length && timingSafeEqual(left, right);
}
