import { tables } from './tables';

// Scripts for a browser: the first makes the runtime a global, the second the parser.
for (const script of ['bridge', 'Kusto.Language.Bridge'])
  require(`@kusto/language-service-next/${script}.min.js`);

/** What we call of Microsoft's parser of the language; the package says it in 40,000 lines, for a browser. */
interface List<T> {
  Count: number;
  getItem(index: number): T;
}
interface Globals {
  WithDatabase(database: object): Globals;
}
interface Kusto {
  GlobalState: { Default: Globals };
  KustoCode: {
    ParseAndAnalyze(
      query: string,
      globals: Globals,
    ): {
      ResultType: { Members?: List<{ Name: string }> } | null;
      GetDiagnostics(): List<{ Severity: string; Message: string; Start: number; Length: number }>;
    };
  };
  Symbols: {
    TableSymbol: { From(schema: string): { WithName(name: string): object } };
    DatabaseSymbol: { ctor: new (name: string, members: object[]) => object };
  };
}

const { Language } = (globalThis as unknown as { Kusto: { Language: Kusto } }).Kusto;
const { TableSymbol, DatabaseSymbol } = Language.Symbols;
const workspace = Language.GlobalState.Default.WithDatabase(
  new DatabaseSymbol.ctor(
    'workspace',
    Object.entries(tables).map(([name, columns]) => TableSymbol.From(`(${columns})`).WithName(name)),
  ),
);

function listed<T>(list: List<T> | undefined): T[] {
  return Array.from({ length: list?.Count ?? 0 }, (_, index) => list?.getItem(index) as T);
}

/** What is wrong with a query of the workspace, and the columns that it answers with. */
export function analyse(query: string): { problems: string[]; columns: string[] } {
  const code = Language.KustoCode.ParseAndAnalyze(query, workspace);
  return {
    problems: listed(code.GetDiagnostics()).map(
      ({ Message, Start, Length }) => `${query.slice(Start, Start + Length)}: ${Message}`,
    ),
    columns: listed(code.ResultType?.Members).map(({ Name }) => Name),
  };
}
