import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** What is kept of a timer between runs of the host; instants as the app sees them in `scheduleStatus`. */
export interface ScheduleStatus {
  Last: string;
  Next: string;
  LastUpdated: string;
}

/** .NET's default DateTime: the timer has not run yet. */
export const never = '0001-01-01T00:00:00';

/** The schedule states of an app's timers, a file each, where Azure has a blob each. */
export class TimerState {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  async read(name: string): Promise<ScheduleStatus | null> {
    try {
      return JSON.parse(await readFile(this.path(name), 'utf8'));
    } catch {
      // As in the real host, a state that is missing or unreadable is no state.
      return null;
    }
  }

  /** Replaces the file in one step, so that a reader sees the old state or the new one. */
  async write(name: string, status: ScheduleStatus): Promise<void> {
    const path = this.path(name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(`${path}.new`, `${JSON.stringify(status)}\n`);
    await rename(`${path}.new`, path);
  }

  path(name: string, ending = 'json'): string {
    return join(this.#directory, `${name}.${ending}`);
  }
}
