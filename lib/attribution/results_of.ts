import { longWork, type Steps } from "../long_work.ts";

/**
 * The results of long work, each handed over when it is asked for: the work goes no further than it is needed.
 *
 * @param work Awaits `give()` for each result, and else what long work may await.
 */
export async function* resultsOf<Result>(
  work: (steps: Steps, give: (result: Result) => Promise<void>) => Promise<void>,
  signal?: AbortSignal,
): AsyncGenerator<Result> {
  let asked = quietly<void>(), given = quietly<{ readonly result: Result } | undefined>();
  const give = async (steps: Steps, result: Result): Promise<void> => {
    asked = quietly();
    given.resolve({ result });
    await steps.wait(() => asked.promise);
  };
  const working = longWork((steps) => work(steps, (result) => give(steps, result)), { signal });
  working.then(() => given.resolve(undefined), (error) => given.reject(error));
  try {
    for (let next = await given.promise; next; next = await given.promise) {
      given = quietly();
      yield next.result;
      asked.resolve();
    }
  } finally {
    // Nobody asks any more: the work ends where it stands.
    asked.reject();
    await working.catch(() => {});
  }
}

/** A promise that may be rejected when nobody waits for it any more. */
function quietly<T>(): PromiseWithResolvers<T> {
  const resolvers = Promise.withResolvers<T>();
  resolvers.promise.catch(() => {});
  return resolvers;
}
