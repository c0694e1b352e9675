import fc from 'fast-check';
import { type Principal, requireRole } from '../../../src/lib/auth';
import { Role } from '../../../src/lib/config';
import { Problem } from '../../../src/lib/errors';

const principal: Principal = {
  subject: 'idp:ada',
  names: ['ada'],
  issuer: 'https://idp.example',
  tenants: ['t1'],
  roles: ['commits.read'],
};

function refusalOf(tenantId: string, role: Role): Problem {
  try {
    requireRole(principal, tenantId, role);
  } catch (error) {
    if (error instanceof Problem) return error;
  }
  throw new Error('was not refused');
}

it('lets a caller with the tenant and the role pass', () => {
  expect(() => requireRole(principal, 't1', 'commits.read')).not.toThrow();
});

it.each(['t10', 't', 'T1', 't1 ', ' t1', 't1/', '*', '', 'no-such-tenant'])(
  'answers 403 in the very same words for the tenant "%s" and for a missing role in the own one',
  (tenantId) => {
    const facts = ({ code, status, detail, headers }: Problem) => ({ code, status, detail, headers });
    expect(facts(refusalOf(tenantId, 'audit.read'))).toEqual(facts(refusalOf('t1', 'audit.read')));
    expect(refusalOf(tenantId, 'commits.read').status).toBe(403);
  },
);

it('names the role that is asked for in the challenge of RFC 6750', () => {
  expect(refusalOf('t1', 'admin').headers).toEqual({
    'www-authenticate': 'Bearer error="insufficient_scope", scope="admin"',
  });
});

it('passes exactly when the tenant and the role are both in the token, and no role implies another', () => {
  const tenantId = fc.constantFrom('t1', 't10', 'T1', 't-1', '*');
  const role = fc.constantFrom(...Role.options);
  fc.assert(
    fc.property(fc.array(tenantId), fc.array(role), tenantId, role, (tenants, roles, asked, needed) => {
      const attempt = () => requireRole({ ...principal, tenants, roles }, asked, needed);
      if (tenants.includes(asked) && roles.includes(needed)) attempt();
      else expect(attempt).toThrow(Problem);
    }),
  );
});
