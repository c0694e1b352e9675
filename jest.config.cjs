/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  transform: {
    '\\.[cm]?[jt]s$': [
      '@swc/jest',
      { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } },
    ],
  },
  // These packages ship ECMAScript modules only; Jest runs CommonJS, so it compiles them too.
  transformIgnorePatterns: [
    '/node_modules/(?!(jose|canonicalize|p-limit|yocto-queue|@octokit|universal-user-agent|universal-github-app-jwt|toad-cache|before-after-hook|json-with-bigint|content-type)/)',
    '<rootDir>/dist/',
  ],
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
  testTimeout: 30_000,
  maxWorkers: 2,
};
