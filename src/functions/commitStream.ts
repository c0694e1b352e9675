import { setTimeout as sleep } from 'node:timers/promises';
import type { HttpResponseInit } from '@azure/functions';
import packageJson from '../../package.json';
import type { CommitItem } from '../lib/commit';
import { commitColumns, commitRow, sarifEnd, sarifResult, sarifStart } from '../lib/export';
import { csvLine } from '../lib/http';

export type StreamedType = keyof typeof writers;

type Pages = AsyncIterable<CommitItem[]>;

const writers = {
  'text/csv': { extension: 'csv', write: csvOf },
  'application/x-ndjson': { extension: 'ndjson', write: ndjsonOf },
  'application/sarif+json': { extension: 'sarif', write: sarifOf },
};

/**
 * An answer that is made while it is sent: one page of commits is in memory at a time, and the next is read when the
 * caller has taken the one before. A failure on the way cuts the connection, so that half an answer is never taken for a whole one.
 */
export async function streamed(type: StreamedType, name: string, pages: Pages): Promise<HttpResponseInit> {
  const { extension, write } = writers[type];
  return {
    headers: {
      'content-type': type === 'application/sarif+json' ? type : `${type}; charset=utf-8`,
      'content-disposition': `attachment; filename="${name}.${extension}"`,
      vary: 'accept',
    },
    body: await begun(write(pages)),
  };
}

/** The same for pieces that are text already. */
export async function streamedText(
  type: string,
  filename: string,
  pieces: AsyncGenerator<string>,
): Promise<HttpResponseInit> {
  return {
    headers: {
      'content-type': `${type}; charset=utf-8`,
      'content-disposition': `attachment; filename="${filename}"`,
    },
    body: await begun(pieces),
  };
}

/**
 * Reads as far as the first piece: what fails before it is still answered as a problem. Empty pieces are left out: a `Response`
 * passes none on and never asks for the next one, and the caller waits for ever.
 */
async function begun(pieces: AsyncGenerator<string>): Promise<AsyncIterable<Uint8Array>> {
  const first = await pieces.next();
  return (async function* () {
    if (first.done) return;
    if (first.value !== '') yield Buffer.from(first.value);
    for await (const piece of pieces) {
      await takenEnough();
      if (piece !== '') yield Buffer.from(piece);
    }
  })();
}

/** Bytes in buffers of this process beyond which a stream waits, and how long nothing may move before it gives up. */
const bufferedBytesMax = 96 * 1024 * 1024;
const stalledMsMax = 60_000;

/**
 * Waits until the callers have taken what was sent. The platform's library writes without waiting for a slow caller
 * (`sendProxyResponse` of @azure/functions 4.16), so what it holds back shows only in the memory of the process.
 */
async function takenEnough(): Promise<void> {
  let least = process.memoryUsage().arrayBuffers;
  for (let waitedMs = 0; least > bufferedBytesMax; waitedMs += 50) {
    if (waitedMs >= stalledMsMax) throw new Error('Nobody takes the answer');
    await sleep(50);
    const now = process.memoryUsage().arrayBuffers;
    if (now < least) waitedMs = 0;
    least = Math.min(least, now);
  }
}

async function* csvOf(pages: Pages): AsyncGenerator<string> {
  let head = csvLine(commitColumns);
  for await (const page of pages) {
    yield head + page.map((commit) => csvLine(commitRow(commit))).join('');
    head = '';
  }
  if (head !== '') yield head;
}

async function* ndjsonOf(pages: Pages): AsyncGenerator<string> {
  for await (const page of pages) yield page.map((commit) => `${JSON.stringify(commit)}\n`).join('');
}

async function* sarifOf(pages: Pages): AsyncGenerator<string> {
  let before = sarifStart(packageJson.version);
  for await (const page of pages) {
    if (page.length === 0) continue;
    yield before + page.map((commit) => JSON.stringify(sarifResult(commit))).join(',');
    before = ',';
  }
  yield before === ',' ? sarifEnd : before + sarifEnd;
}
