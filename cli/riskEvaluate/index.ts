/** Measures the risk score on anybody's own repository. */
export { type EvaluateOptions, evaluateRepository } from './evaluateRepository';
export { describeEvaluation, type RepositoryEvaluation } from './evaluation';
