export const LATE = Symbol('late');

/** Waits for something, but not beyond the deadline. */
export async function before<T>(deadline: number, promise: Promise<T>): Promise<T | typeof LATE> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<typeof LATE>((resolve) => {
    // A timer may be a little early, and then whoever comes next would find some time left.
    timer = setTimeout(() => resolve(LATE), Math.ceil(deadline - performance.now()) + 1);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** What a source finds before the deadline, however long the source itself waits; then calls `onLate`, which may throw. */
export async function* inTime<T>(source: AsyncIterable<T>, deadline: number, onLate: () => void): AsyncGenerator<T> {
  const items = source[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = performance.now() < deadline ? await before(deadline, items.next()) : LATE;
      if (next === LATE) return onLate();
      if (next.done) return;
      yield next.value;
    }
  } finally {
    // Not waited for: a source that is late would hold this up as well.
    items.return?.().catch(() => undefined);
  }
}
