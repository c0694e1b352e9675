/** Keeps the first `size` entries of an order: adding costs log(size), however many pass by. */
export class BoundedHeap<T> {
  private readonly heap: T[] = [];

  constructor(
    private readonly size: number,
    private readonly compare: (a: T, b: T) => number,
  ) {}

  /** Whether an entry would be kept. */
  accepts(entry: T): boolean {
    const [last] = this.heap;
    if (this.heap.length < this.size) return true;
    return last !== undefined && this.compare(entry, last) < 0;
  }

  add(entry: T): void {
    if (!this.accepts(entry)) return;
    if (this.heap.length < this.size) {
      this.heap.push(entry);
      this.rise(this.heap.length - 1);
    } else {
      this.heap[0] = entry;
      this.sink();
    }
  }

  sorted(): T[] {
    return [...this.heap].sort(this.compare);
  }

  private rise(start: number): void {
    let at = start;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.above(at, parent)) return;
      this.swap(at, parent);
      at = parent;
    }
  }

  private sink(): void {
    let at = 0;
    for (;;) {
      let top = at;
      for (const child of [at * 2 + 1, at * 2 + 2])
        if (child < this.heap.length && this.above(child, top)) top = child;
      if (top === at) return;
      this.swap(at, top);
      at = top;
    }
  }

  /** The last of the kept entries stands on top, ready to be pushed out. */
  private above(a: number, b: number): boolean {
    return this.compare(this.heap[a] as T, this.heap[b] as T) > 0;
  }

  private swap(a: number, b: number): void {
    const kept = this.heap[a] as T;
    this.heap[a] = this.heap[b] as T;
    this.heap[b] = kept;
  }
}
