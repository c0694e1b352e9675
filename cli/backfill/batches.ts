import type { Posting } from './posting';

export interface BatchLimits {
  commitsMax: number;
  bytesMax: number;
}

/** Groups commits, in order, into requests that keep both limits; a commit above the bytes goes alone. */
export async function* inBatches(
  postings: AsyncIterable<Posting>,
  { commitsMax, bytesMax }: BatchLimits,
): AsyncGenerator<Posting[]> {
  let commits: Posting[] = [];
  let bytes = 0;
  for await (const posting of postings) {
    if (commits.length > 0 && (commits.length >= commitsMax || bytes + posting.json.length > bytesMax)) {
      yield commits;
      commits = [];
      bytes = 0;
    }
    commits.push(posting);
    bytes += posting.json.length + 1;
  }
  if (commits.length > 0) yield commits;
}

const opening = Buffer.from('{"commits":[');
const comma = Buffer.from(',');
const closing = Buffer.from(']}');

/** The body of the request that sends these commits. */
export function bodyOf(commits: readonly Posting[]): Buffer {
  const parts = commits.flatMap(({ json }, index) => [index === 0 ? opening : comma, json]);
  return Buffer.concat([...parts, closing]);
}
