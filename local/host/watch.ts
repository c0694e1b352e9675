import { watch } from 'node:fs';
import { basename } from 'node:path';

/** Builds write several files; the reload waits until they have been quiet for so long. */
const quietMs = 150;
const manifests = new Set(['package.json', 'host.json']);

/**
 * Calls back when a file beside the app's entry files changes, or one of its manifests.
 * @returns how to stop watching
 */
export function watchApp(appDirectory: string, entryFolders: string[], onChange: () => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  const changed = (): void => {
    clearTimeout(timer);
    timer = setTimeout(onChange, quietMs);
  };
  const watchers = entryFolders
    .filter((folder) => folder !== appDirectory)
    .map((folder) => watch(folder, { recursive: true }, changed));
  const hasEntryAtTop = entryFolders.includes(appDirectory);
  watchers.push(
    watch(appDirectory, (_event, name) => {
      if (hasEntryAtTop || (name && manifests.has(basename(name)))) changed();
    }),
  );
  return () => {
    clearTimeout(timer);
    for (const watcher of watchers) watcher.close();
  };
}
