/** Whether a promise settles before timers run. */
export async function isReady(promise: Promise<unknown>): Promise<boolean> {
  const { promise: later, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => resolve(false), 0);
  const settled = promise.then(() => true, () => true);
  const ready = await Promise.race([settled, later]);
  clearTimeout(timer);
  return ready;
}
