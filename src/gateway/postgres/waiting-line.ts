/** Who asks for a connection, and how it learns of its place. */
export interface Claim {
  /** Connections are shared out evenly between origins. */
  readonly origin: string;
  /** The place in the queue from 1; null once it is left. */
  moved(position: number | null): void;
}

/**
 * Who waits for a connection: the origin that has the fewest comes first, and within an origin who came first. One
 * notebook with many queries cannot keep the others out.
 */
export class WaitingLine<T extends { readonly claim: Claim }> {
  private readonly waiting = new Set<T>();

  get length(): number {
    return this.waiting.size;
  }

  add(waiter: T): void {
    this.waiting.add(waiter);
  }

  /** True when it was waiting. */
  remove(waiter: T): boolean {
    const waited = this.waiting.delete(waiter);
    if (waited) {
      waiter.claim.moved(null);
    }
    return waited;
  }

  /** Takes the one whose turn it is; `held` counts the connections of each origin. */
  next(held: ReadonlyMap<string, number>): T | undefined {
    const first = this.inOrder(held)[0];
    if (first) {
      this.remove(first);
    }
    return first;
  }

  tellPlaces(held: ReadonlyMap<string, number>): void {
    this.inOrder(held).forEach(({ claim }, index) => claim.moved(index + 1));
  }

  private inOrder(held: ReadonlyMap<string, number>): readonly T[] {
    const queues = new Map<string, { count: number; readonly waiters: T[] }>();
    for (const waiter of this.waiting) {
      const { origin } = waiter.claim;
      const queue = queues.get(origin) ?? { count: held.get(origin) ?? 0, waiters: [] };
      queue.waiters.push(waiter);
      queues.set(origin, queue);
    }
    const order: T[] = [];
    while (queues.size > 0) {
      // The first of equals is the one that has waited longest: a Map keeps the order of insertion.
      const [origin, queue] = [...queues].reduce((best, other) =>
        other[1].count < best[1].count ? other : best
      );
      order.push(...queue.waiters.splice(0, 1));
      queues.delete(origin);
      if (queue.waiters.length > 0) {
        queues.set(origin, { ...queue, count: queue.count + 1 });
      }
    }
    return order;
  }
}
