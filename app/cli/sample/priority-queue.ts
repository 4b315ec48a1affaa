type Entry<T> = { time: number; order: number; item: T };

/** A queue of items by time, as a binary heap. */
export class PriorityQueue<T> {
  private readonly heap: Entry<T>[] = [];
  private added = 0;

  get size(): number {
    return this.heap.length;
  }

  add(time: number, item: T): void {
    const { heap } = this;
    const entry = { time, order: this.added++, item };
    let at = heap.length;
    heap.push(entry);
    while (at > 0) {
      const parent = (at - 1) >>> 1;
      const above = heap[parent] as Entry<T>;
      if (isBefore(above, entry)) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = entry;
  }

  /** Removes and yields the items before `time`, in order; equal times in the order of their addition. */
  *removeBefore(time: number): Generator<T> {
    for (let next = this.heap[0]; next !== undefined && next.time < time; next = this.heap[0]) {
      this.removeFirst();
      yield next.item;
    }
  }

  private removeFirst(): void {
    const { heap } = this;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      let below = heap[child];
      if (below === undefined) break;
      const right = heap[child + 1];
      if (right !== undefined && isBefore(right, below)) {
        child += 1;
        below = right;
      }
      if (isBefore(last, below)) break;
      heap[at] = below;
      at = child;
    }
    heap[at] = last;
  }
}

const isBefore = <T>(a: Entry<T>, b: Entry<T>): boolean =>
  a.time < b.time || (a.time === b.time && a.order < b.order);
