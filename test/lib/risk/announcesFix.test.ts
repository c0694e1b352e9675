import { announcesFix } from '../../../src/lib/risk';

describe('announcesFix', () => {
  it.each([
    'Fix null pointer in pager',
    'fix(api): refuse empty names',
    'Bugfix: wrong total',
    'NPE when the list is empty',
    'Login crashes without a name',
    'TRUNK-1234: Fixed the encounter form',
    'Handle empty list\n\nFixes #12',
    'Handle empty list\n\nresolves: #12',
    'Regression in the export',
  ])('takes a repair for one: %j', (message) => expect(announcesFix(message)).toBe(true));

  it.each([
    'Fix typo in README',
    'Fix formatting',
    'Fix eslint warnings',
    'chore: fix build cache',
    'feat(export)!: fixed width columns',
    'test: fix flaky test',
    'Add prefix to names',
    'Add suffix\n\nThis could be fixed later.',
    'Debug output',
    'Bump zod, which fixes a bug',
    'Add fixtures',
    '',
  ])('takes nothing else for a repair: %j', (message) => expect(announcesFix(message)).toBe(false));
});
