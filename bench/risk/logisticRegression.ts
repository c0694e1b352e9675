/** One observation: what the features were, how it turned out, and how much it counts. */
export interface Observation {
  values: readonly number[];
  outcome: boolean;
  weight: number;
}

export interface Fit {
  intercept: number;
  weights: number[];
}

/**
 * Logistic regression by Newton's method with a slight ridge. Weights listed in `nonNegative` that come out
 * below 0 are held at 0, the lowest first, and the others fitted again.
 */
export function fitLogistic(
  observations: readonly Observation[],
  nonNegative: ReadonlySet<number>,
  ridge = 1,
): Fit {
  const width = observations[0]?.values.length ?? 0;
  const heldAtZero = new Set<number>();
  for (;;) {
    const { intercept, weights } = newton(observations, width, heldAtZero, ridge);
    const lowest = [...nonNegative]
      .filter((i) => (weights[i] ?? 0) < 0)
      .sort((a, b) => (weights[a] ?? 0) - (weights[b] ?? 0))[0];
    if (lowest === undefined) return { intercept, weights };
    heldAtZero.add(lowest);
  }
}

/** How badly a fit tells the outcomes, each observation by its weight: the mean of -log of what it gave the outcome. */
export function logLoss(observations: readonly Observation[], { intercept, weights }: Fit): number {
  let loss = 0;
  let total = 0;
  for (const { values, outcome, weight } of observations) {
    const logit = values.reduce((sum, value, i) => sum + value * (weights[i] ?? 0), intercept);
    loss += weight * Math.log1p(Math.exp(outcome ? -logit : logit));
    total += weight;
  }
  return loss / total;
}

function newton(
  observations: readonly Observation[],
  width: number,
  held: ReadonlySet<number>,
  ridge: number,
): Fit {
  const free = [...Array(width).keys()].filter((i) => !held.has(i));
  const size = free.length + 1;
  const beta = new Float64Array(size);
  for (let iteration = 0; iteration < 50; iteration++) {
    const gradient = new Float64Array(size);
    const hessian = Array.from({ length: size }, () => new Float64Array(size));
    const x = new Float64Array(size);
    x[size - 1] = 1;
    for (const { values, outcome, weight } of observations) {
      free.forEach((feature, i) => {
        x[i] = values[feature] ?? 0;
      });
      const probability = 1 / (1 + Math.exp(-x.reduce((sum, value, i) => sum + value * (beta[i] ?? 0), 0)));
      const error = weight * ((outcome ? 1 : 0) - probability);
      const curvature = weight * probability * (1 - probability);
      for (let i = 0; i < size; i++) {
        const xi = x[i] ?? 0;
        gradient[i] = (gradient[i] ?? 0) + error * xi;
        const row = hessian[i];
        if (row) for (let j = 0; j < size; j++) row[j] = (row[j] ?? 0) + curvature * xi * (x[j] ?? 0);
      }
    }
    for (let i = 0; i < size - 1; i++) {
      gradient[i] = (gradient[i] ?? 0) - ridge * (beta[i] ?? 0);
      const row = hessian[i];
      if (row) row[i] = (row[i] ?? 0) + ridge;
    }
    const step = solve(hessian, gradient);
    step.forEach((value, i) => {
      beta[i] = (beta[i] ?? 0) + value;
    });
    if (Math.max(...step.map(Math.abs)) < 1e-9) break;
  }
  const weights = Array<number>(width).fill(0);
  free.forEach((feature, i) => {
    weights[feature] = beta[i] ?? 0;
  });
  return { intercept: beta[size - 1] ?? 0, weights };
}

/** Solves a small system of linear equations by elimination with pivoting. */
function solve(matrix: Float64Array[], right: Float64Array): number[] {
  const rows = matrix.map((row, i) => [...row, right[i] ?? 0]);
  const size = rows.length;
  for (let column = 0; column < size; column++) {
    const rest = rows.slice(column).sort((a, b) => Math.abs(b[column] ?? 0) - Math.abs(a[column] ?? 0));
    rows.splice(column, rest.length, ...rest);
    const pivot = rows[column] ?? [];
    for (const row of rows) {
      if (row === pivot) continue;
      const factor = (row[column] ?? 0) / (pivot[column] ?? 1);
      for (let k = column; k <= size; k++) row[k] = (row[k] ?? 0) - factor * (pivot[k] ?? 0);
    }
  }
  return rows.map((row, i) => (row[size] ?? 0) / (row[i] ?? 1));
}
