import { spawnSync } from 'node:child_process';

/** What to do about Core Tools that are not there. Their npm package needs Node 22 and downloads the tools as it installs. */
export const howToGetCoreTools = `Azure Functions Core Tools ("func") are not on the PATH. Get version 4, then try again:
  any system   npm install -g azure-functions-core-tools@4   (Node 22 or later; downloads as it installs)
  macOS        brew tap azure/functions && brew install azure-functions-core-tools@4
  Windows      winget install Microsoft.Azure.FunctionsCoreTools
  Debian       apt install azure-functions-core-tools-4      (from packages.microsoft.com)
"npm start" runs the same app on the local host that comes with it, and needs none of this.`;

/** The version of `func`, or undefined where it is not to be found or does not run. */
export function coreToolsVersion(command = 'func'): string | undefined {
  const { status, stdout } = spawnSync(command, ['--version'], { encoding: 'utf8', shell: isWindows });
  return status === 0 ? stdout.trim() : undefined;
}

/** npm puts `.cmd` files on the PATH there, which only a shell runs. */
export const isWindows = process.platform === 'win32';
