import { compileRoute, splitPath } from '../../../local/host/routeTemplate';

type Params = Record<string, string> | undefined;
const match = (template: string, path: string): Params => compileRoute(template)(splitPath(path));

const guid = 'a3b0c442-98fc-1c14-9afb-f4c8996fb924';

it.each<[string, string, Params]>([
  ['api/x', '/api/x', {}],
  ['api/x', '/API/X', {}],
  ['api/x', '/api/x/', {}],
  ['api/x', '/api', undefined],
  ['api/x', '/api/x/y', undefined],
  ['', '/', {}],
  ['{id}', '/7', { id: '7' }],
  ['{id}', '/', undefined],
  ['x/{id?}', '/x', {}],
  ['x/{id?}', '/x/1', { id: '1' }],
  ['x/{id=5}', '/x', { id: '5' }],
  ['x/{id=5}', '/x/6', { id: '6' }],
  ['x/{*rest}', '/x', {}],
  ['x/{*rest}', '/x/a/b', { rest: 'a/b' }],
  ['x/{**rest}', '/x/a%20b/c', { rest: 'a b/c' }],
  ['x/{id}/y', '/x/1/y', { id: '1' }],
  ['{a}/{b}', '/1/2', { a: '1', b: '2' }],
  ['v{major}.{minor}', '/v1.2', { major: '1', minor: '2' }],
  ['{name}.{extension?}', '/report.pdf', { name: 'report', extension: 'pdf' }],
  ['{name}.{extension?}', '/report', { name: 'report' }],
  ['x/{id}', '/x/%C3%A4%2Fb', { id: 'ä%2Fb' }],
  ['x/{id}', '/x/%zz', { id: '%zz' }],
  ['x/{{id}}', '/x/{id}', {}],
  ['x/{id:int?}', '/x', {}],
  ['x/{id:int}', '/x/a', undefined],
])('matches %p against %p as the real host does', (template, path, params) => {
  expect(match(template, path)).toEqual(params);
});

it.each<[string, string, boolean]>([
  ['int', '12', true],
  ['int', '-12', true],
  ['int', '2147483648', false],
  ['int', '1.5', false],
  ['long', '2147483648', true],
  ['long', '9223372036854775808', false],
  ['guid', guid, true],
  ['guid', guid.replaceAll('-', ''), true],
  ['guid', guid.slice(1), false],
  ['bool', 'TRUE', true],
  ['bool', 'yes', false],
  ['datetime', '2026-01-31', true],
  ['datetime', '12', false],
  ['decimal', '1.50', true],
  ['decimal', '1e3', false],
  ['double', '1e3', true],
  ['double', 'x', false],
  ['float', '-0.5', true],
  ['alpha', 'abC', true],
  ['alpha', 'ab1', false],
  ['length(3)', 'abc', true],
  ['length(3)', 'abcd', false],
  ['length(1,2)', 'abc', false],
  ['minlength(2)', 'a', false],
  ['maxlength(2)', 'abc', false],
  ['min(18)', '18', true],
  ['min(18)', '17', false],
  ['max(5)', '6', false],
  ['range(1,3)', '3', true],
  ['range(1,3)', '4', false],
  ['regex(^\\d{{3}}$)', '123', true],
  ['regex(^\\d{{3}}$)', '12', false],
  ['regex(^(a|b):c$)', 'b:c', true],
  ['regex(^x$)', 'X', true],
  ['int:min(3)', '2', false],
  ['file', 'a.txt', true],
  ['file', 'a', false],
  ['nonfile', 'a', true],
])('lets {id:%s} take %p: %p', (constraint, value, isMatch) => {
  expect(match(`x/{id:${constraint}}`, `/x/${encodeURIComponent(value)}`)).toEqual(
    isMatch ? { id: value } : undefined,
  );
});

it.each([
  ['{id:unknown}', /constraint reference 'unknown'/],
  ['{id}/{ID}', /appears more than one time/],
  ['{*rest}/x', /catch-all/],
  ['{id', /incomplete parameter/],
  ['{}', /no name/],
])('refuses the template %p', (template, message) => {
  expect(() => compileRoute(template)).toThrow(message);
});
