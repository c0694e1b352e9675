export type { GitCommit, GitFileChange, GitPerson } from './commit';
export { type ReadLogOptions, readLog } from './log';
export type { LogRange } from './logFormat';
export {
  commitBehind,
  countCommits,
  expandHash,
  findHead,
  type GitRepository,
  type Head,
  hasCommit,
  isAncestor,
  openRepository,
} from './repository';
export { type GitAnswer, git } from './run';
export { resolveSince } from './since';
