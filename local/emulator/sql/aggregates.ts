import { canonicalKey, compareValues, type Value } from './values';

/** Collects values of one group. */
export interface Accumulator {
  add(value: Value): void;
  result(): Value;
}

class Count implements Accumulator {
  private count = 0;
  add(value: Value): void {
    if (value !== undefined) this.count += 1;
  }
  result(): Value {
    return this.count;
  }
}

class CountIf implements Accumulator {
  private count = 0;
  add(value: Value): void {
    if (value === true) this.count += 1;
  }
  result(): Value {
    return this.count;
  }
}

/** SUM and AVG skip what is missing; one value that is no number makes them undefined. */
class Sum implements Accumulator {
  protected sum = 0;
  protected count = 0;
  protected spoiled = false;
  add(value: Value): void {
    if (value === undefined) return;
    if (typeof value !== 'number') this.spoiled = true;
    else this.sum += value;
    this.count += 1;
  }
  result(): Value {
    return this.spoiled || !Number.isFinite(this.sum) ? undefined : this.sum;
  }
}

class Average extends Sum {
  override result(): Value {
    return this.spoiled || this.count === 0 ? undefined : this.sum / this.count;
  }
}

/** MIN and MAX order types as ORDER BY does; objects and arrays have no place in that order. */
class Extreme implements Accumulator {
  private best: Value;
  private spoiled = false;
  constructor(private readonly sign: 1 | -1) {}
  add(value: Value): void {
    if (value === undefined) return;
    if (typeof value === 'object' && value !== null) this.spoiled = true;
    else if (this.best === undefined || compareValues(value, this.best) * this.sign > 0) this.best = value;
  }
  result(): Value {
    return this.spoiled ? undefined : this.best;
  }
}

class MakeList implements Accumulator {
  private readonly list: Value[] = [];
  add(value: Value): void {
    if (value !== undefined) this.list.push(value);
  }
  result(): Value {
    return this.list;
  }
}

class MakeSet implements Accumulator {
  private readonly values = new Map<string, Value>();
  add(value: Value): void {
    if (value !== undefined) this.values.set(canonicalKey(value), value);
  }
  result(): Value {
    return [...this.values.values()];
  }
}

const table: Record<string, () => Accumulator> = {
  AVG: () => new Average(),
  COUNT: () => new Count(),
  COUNTIF: () => new CountIf(),
  MAKELIST: () => new MakeList(),
  MAKESET: () => new MakeSet(),
  MAX: () => new Extreme(1),
  MIN: () => new Extreme(-1),
  SUM: () => new Sum(),
};

export const aggregateNames = (): string[] => Object.keys(table);

export function findAggregate(name: string): (() => Accumulator) | undefined {
  const key = name.toUpperCase();
  return Object.hasOwn(table, key) ? table[key] : undefined;
}
