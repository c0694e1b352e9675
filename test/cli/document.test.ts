import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Program } from './program';

const program = new Program();
afterAll(() => program.dispose());

const page = readFileSync(resolve(__dirname, '../../docs/cli.md'), 'utf8');

async function commandsIn(...args: string[]): Promise<string[]> {
  const { stdout } = await program.run([...args, '--help']);
  const [, list = ''] = stdout.split('\nCommands:\n');
  return [...list.matchAll(/^ {2}([a-z][a-z-]*)/gm)].flatMap(([, name]) =>
    name && name !== 'help' ? [name] : [],
  );
}

describe('docs/cli.md', () => {
  it('has every command of the program, and no other', async () => {
    const groups = ['audit', 'deliveries', 'risk', 'tenant'];
    const commands: string[] = [];
    for (const name of await commandsIn()) {
      const inGroup = groups.includes(name) ? await commandsIn(name) : undefined;
      commands.push(...(inGroup?.map((each) => `${name} ${each}`) ?? [name]));
    }
    expect(commands.length).toBeGreaterThan(10);
    const [, table = ''] = page.split('|---|---|');
    const rows = table.split('\n\n', 1)[0] ?? '';
    const documented = [...rows.matchAll(/^\| `([a-z-]+(?: [a-z]+)?)/gm)].map(([, name]) => name);
    expect(documented.sort()).toEqual(commands.sort());
  });
});
