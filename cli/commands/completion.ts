import { Argument, Command } from 'commander';
import { examples } from './globals';

const shells = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof shells)[number];

/** Words that may follow a command: what is completed. */
interface Node {
  /** Words of the command, `audit verify` for instance; empty for the program. */
  path: string;
  words: { word: string; text: string }[];
}

export function completionCommand(): Command {
  const command = new Command('completion')
    .summary('print a completion script for a shell')
    .description('Print a script that completes commands and flags in a shell.')
    .addArgument(new Argument('<shell>', 'which one').choices(shells))
    .action((shell: Shell, _: unknown, self: Command) => {
      const root = self.parent;
      if (root) process.stdout.write(scripts[shell](root.name(), nodesOf(root)));
    });
  return examples(
    command,
    'completion bash > /etc/bash_completion.d/gitops-healthcare',
    'completion zsh > ~/.zfunc/_gitops-healthcare',
    'completion fish | source',
  );
}

function nodesOf(root: Command): Node[] {
  const globals = wordsOfOptions(root);
  const walk = (command: Command, path: string): Node[] => [
    {
      path,
      words: [
        ...command.commands.map((child) => ({ word: child.name(), text: child.summary() })),
        ...wordsOfOptions(command),
        ...(command === root ? [] : globals),
      ],
    },
    ...command.commands.flatMap((child) => walk(child as Command, `${path} ${child.name()}`.trim())),
  ];
  return walk(root, '');
}

function wordsOfOptions(command: Command): Node['words'] {
  return command.options.flatMap(({ long, description }) =>
    long ? [{ word: long, text: description }] : [],
  );
}

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

const scripts: Record<Shell, (name: string, nodes: Node[]) => string> = {
  bash: (name, nodes) => `# bash completion for ${name}
_gitops_healthcare() {
  local path="" word words
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$path $word" in
${nodes
  .filter(({ path }) => path)
  .map(({ path }) => `      ${quoted(` ${path}`)}|${quoted(path)}) path=${quoted(path)} ;;`)
  .join('\n')}
    esac
  done
  case "$path" in
${nodes.map(({ path, words }) => `    ${quoted(path)}) words=${quoted(words.map(({ word }) => word).join(' '))} ;;`).join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _gitops_healthcare ${name}
`,
  zsh: (name, nodes) => `#compdef ${name}
_gitops_healthcare() {
  local path_="" word
  for word in "\${words[@]:1:$((CURRENT-2))}"; do
    case "$path_ $word" in
${nodes
  .filter(({ path }) => path)
  .map(({ path }) => `      ${quoted(` ${path}`)}|${quoted(path)}) path_=${quoted(path)} ;;`)
  .join('\n')}
    esac
  done
  case "$path_" in
${nodes
  .map(
    ({ path, words }) =>
      `    ${quoted(path)}) local -a found=(${words.map(({ word, text }) => quoted(`${word}:${text.replaceAll(':', '\\:')}`)).join(' ')}) ;;`,
  )
  .join('\n')}
  esac
  _describe ${quoted(name)} found || _files
}
_gitops_healthcare "$@"
`,
  fish: (name, nodes) =>
    `# fish completion for ${name}
${nodes
  .flatMap(({ path, words }) =>
    words.map(({ word, text }) => {
      const when =
        path === ''
          ? '__fish_use_subcommand'
          : path
              .split(' ')
              .map((part) => `__fish_seen_subcommand_from ${part}`)
              .join('; and ');
      const what = word.startsWith('--') ? `-l ${word.slice(2)}` : `-f -a ${word}`;
      return `complete -c ${name} -n ${quoted(when)} ${what} -d ${quoted(text)}`;
    }),
  )
  .join('\n')}
`,
};
