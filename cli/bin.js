#!/usr/bin/env node
const { existsSync } = require('node:fs');
const { join } = require('node:path');

const program = join(__dirname, '../dist/cli/index.js');
if (!existsSync(program)) {
  process.stderr.write('gitops-healthcare is not built yet: run "npm run build" first.\n');
  process.exit(2);
}
require(program);
