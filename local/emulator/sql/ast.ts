/** An expression as parsed. Every node is told apart by `kind`. */
export type Expression =
  | { kind: 'literal'; value: unknown }
  | { kind: 'parameter'; name: string }
  | { kind: 'alias'; name: string }
  | { kind: 'member'; object: Expression; property: Expression }
  | { kind: 'unary'; operator: '-' | '+' | '~' | 'NOT'; operand: Expression }
  | { kind: 'binary'; operator: BinaryOperator; left: Expression; right: Expression }
  | { kind: 'logical'; operator: 'AND' | 'OR'; operands: Expression[] }
  | { kind: 'between'; value: Expression; low: Expression; high: Expression; negated: boolean }
  | { kind: 'in'; value: Expression; list: Expression[]; negated: boolean }
  | { kind: 'like'; value: Expression; pattern: Expression; escapeBy?: Expression; negated: boolean }
  | { kind: 'conditional'; test: Expression; yes: Expression; no: Expression }
  | { kind: 'coalesce'; left: Expression; right: Expression }
  | { kind: 'call'; name: string; parameters: Expression[]; udf: boolean }
  | { kind: 'object'; properties: { name: string; value: Expression }[] }
  | { kind: 'array'; elements: Expression[] }
  | { kind: 'exists'; query: Query }
  | { kind: 'arrayQuery'; query: Query }
  | { kind: 'scalarQuery'; query: Query };

export type BinaryOperator =
  | '='
  | '!='
  | '<'
  | '<='
  | '>'
  | '>='
  | '+'
  | '-'
  | '*'
  | '/'
  | '%'
  | '|'
  | '&'
  | '^'
  | '<<'
  | '>>'
  | '>>>'
  | '||';

export type Selection =
  | { kind: 'all' }
  | { kind: 'value'; expression: Expression }
  | { kind: 'list'; items: { expression: Expression; alias?: string }[] };

/** `FROM root`, `JOIN t IN c.tags`, `FROM (SELECT …) AS s`. */
export interface Source {
  alias: string;
  /** `IN`: one row an element; otherwise the value itself. */
  iterate: boolean;
  from: { kind: 'root' } | { kind: 'path'; expression: Expression } | { kind: 'query'; query: Query };
}

export interface OrderItem {
  expression: Expression;
  descending: boolean;
}

export interface Query {
  distinct: boolean;
  top?: Expression;
  selection: Selection;
  sources: Source[];
  where?: Expression;
  groupBy: Expression[];
  orderBy: OrderItem[];
  /** `ORDER BY RANK score`: by descending score, needs no index here. */
  rank: boolean;
  offset?: Expression;
  limit?: Expression;
}
