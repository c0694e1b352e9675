import { Problem } from '../errors';

/** RFC 9457, with the wrong places of the input and the number to quote when asking for help. */
export interface ProblemDocument {
  type: string;
  title: string;
  status: number;
  detail?: string;
  instance: string;
  errors?: { path: string; message: string }[];
  traceId: string;
}

const typePrefix = 'https://gitops-healthcare.dev/problems/';

/** Anything thrown as what may leave the building: what is not a `Problem` says nothing but its `traceId`. */
export function problemDocument(error: unknown, instance: string, traceId: string): ProblemDocument {
  const problem = error instanceof Problem ? error : new Problem('internal');
  return {
    type: `${typePrefix}${problem.code}`,
    title: problem.title,
    status: problem.status,
    ...(problem.detail !== undefined && { detail: problem.detail }),
    instance,
    ...(problem.errors && { errors: problem.errors }),
    traceId,
  };
}
