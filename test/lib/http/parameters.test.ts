import * as z from 'zod';
import { InvalidInput } from '../../../src/lib/errors';
import { parseParameters, share, wholeNumber } from '../../../src/lib/http';

const Parameters = z.strictObject({ limit: wholeNumber(1, 500, 100), minRisk: share.optional() });

const issuesOf = (query: string) => {
  try {
    parseParameters(new URLSearchParams(query), Parameters);
  } catch (error) {
    return (error as InvalidInput).errors;
  }
  throw new Error('it was accepted');
};

describe('the parameters of a query', () => {
  it('are read as what they are, with their defaults', () => {
    expect(parseParameters(new URLSearchParams('minRisk=0.5'), Parameters)).toEqual({
      limit: 100,
      minRisk: 0.5,
    });
  });

  it('are all named where they are wrong, with what is allowed', () => {
    expect(issuesOf('limit=0&minRisk=2&surprise=1')).toEqual([
      { path: 'limit', message: 'must be a whole number from 1 to 500' },
      { path: 'minRisk', message: 'must be a number from 0 to 1' },
      { path: 'surprise', message: 'is not a known parameter' },
    ]);
  });

  it.each(['501', '-1', '1.5', '1e2', ' 5', '', '99999999999999999999', 'NaN'])(
    'refuse a limit of "%s"',
    (limit) => {
      expect(issuesOf(`limit=${encodeURIComponent(limit)}`)).toHaveLength(1);
    },
  );

  it.each(['1.01', '-0.1', 'x', '1e-1', '', '.'])('refuse a risk of "%s"', (risk) => {
    expect(issuesOf(`minRisk=${risk}`)).toHaveLength(1);
  });

  it('are refused where one is given twice', () => {
    expect(issuesOf('limit=1&limit=2')).toEqual([{ path: 'limit', message: 'must be given once' }]);
    expect(() => parseParameters(new URLSearchParams('limit=1&limit=2'), Parameters)).toThrow(InvalidInput);
  });
});
