import { readFileSync } from 'node:fs';
import { InvalidInput, Problem, problems, StoreUnavailable } from '../../src/lib/errors';
import { problemDocument } from '../../src/lib/http';

describe('a problem', () => {
  it('is documented with the status and the title that it has', () => {
    const rows = readFileSync('docs/problems.md', 'utf8').matchAll(
      /^\| `([a-z-]+)` \| (\d{3}) \| ([^|]+) \|/gm,
    );
    const documented = Object.fromEntries(
      [...rows].map(([, code, status, title]) => [code, { status: Number(status), title }]),
    );
    expect(documented).toEqual(problems);
  });

  it('says nothing but its trace id where the error is not one of ours', () => {
    const error = new TypeError('cannot read patient 123-45-6789 of /home/app/secret.ts');
    expect(problemDocument(error, '/api/x', 'trace-1')).toEqual({
      type: 'https://gitops-healthcare.dev/problems/internal',
      title: 'Something went wrong on our side',
      status: 500,
      instance: '/api/x',
      traceId: 'trace-1',
    });
  });

  it('names every wrong place of the input', () => {
    const errors = [
      { path: '/a', message: 'must be text' },
      { path: '/b', message: 'is missing' },
    ];
    expect(problemDocument(new InvalidInput(errors), '/api/x', 't')).toMatchObject({ status: 400, errors });
  });

  it('of a busy store says when to come back, in whole seconds and at least one', () => {
    expect(new StoreUnavailable(0.2, undefined).headers).toEqual({ 'retry-after': '1' });
    expect(new StoreUnavailable(2.1, undefined).headers).toEqual({ 'retry-after': '3' });
    expect(new StoreUnavailable(1, undefined)).toBeInstanceOf(Problem);
  });
});
