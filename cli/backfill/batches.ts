import type { Posting } from './posting';

export interface Batch {
  commits: Posting[];
  /** The request's body. */
  body: string;
}

export interface BatchLimits {
  commitsMax: number;
  bytesMax: number;
}

/** Groups commits, in order, into requests that keep both limits; a commit above the bytes goes alone. */
export async function* inBatches(
  postings: AsyncIterable<Posting>,
  { commitsMax, bytesMax }: BatchLimits,
): AsyncGenerator<Batch> {
  let commits: Posting[] = [];
  let bytes = 0;
  for await (const posting of postings) {
    if (commits.length > 0 && (commits.length >= commitsMax || bytes + posting.bytes > bytesMax)) {
      yield toBatch(commits);
      commits = [];
      bytes = 0;
    }
    commits.push(posting);
    bytes += posting.bytes + 1;
  }
  if (commits.length > 0) yield toBatch(commits);
}

export function toBatch(commits: Posting[]): Batch {
  return { commits, body: `{"commits":[${commits.map(({ json }) => json).join(',')}]}` };
}
