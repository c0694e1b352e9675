import { runEmulator } from './index';

void runEmulator(process.argv.slice(2));
