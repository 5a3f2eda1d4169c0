import { startWorker, WORKER_SOURCE, type WorkerOrder } from "./block_worker.ts";

interface Member {
  readonly worker: Worker;
  readonly jobs: Set<number>;
}

/** Workers that run jobs on one shared memory. A worker that dies gives its jobs back. */
export class WorkerCrew {
  readonly #members: (Member | undefined)[];
  readonly #events: { done: (job: number) => void; lost: (jobs: readonly number[]) => void };

  /**
   * @param events `done` is told each finished job, `lost` the jobs of a worker that died.
   * @param source The program of the workers; tests give them worse ones.
   */
  constructor(
    size: number,
    { events, source = WORKER_SOURCE }: {
      events: { done: (job: number) => void; lost: (jobs: readonly number[]) => void };
      source?: string;
    },
  ) {
    this.#events = events;
    this.#members = Array.from({ length: size }, (_, index) => {
      const member = { worker: startWorker(source), jobs: new Set<number>() };
      member.worker.onmessage = ({ data }: MessageEvent<number>) => {
        if (member.jobs.delete(data)) events.done(data);
      };
      member.worker.onerror = (event) => {
        event.preventDefault();
        this.#dismiss(index);
      };
      return member;
    });
  }

  /** Whether any job is under way. */
  get busy(): boolean {
    return this.#members.some((member) => member !== undefined && member.jobs.size > 0);
  }

  /** Whether all workers are there still. */
  get whole(): boolean {
    return this.#members.every((member) => member !== undefined);
  }

  /** A worker with fewer jobs than `limit`, the least busy first. */
  free(limit: number): number | undefined {
    let best: number | undefined, fewest = limit;
    this.#members.forEach((member, index) => {
      if (member && member.jobs.size < fewest) [best, fewest] = [index, member.jobs.size];
    });
    return best;
  }

  /** Tells all workers which memory they work on. */
  move(module: WebAssembly.Module, memory: WebAssembly.Memory, entry: string): void {
    for (const member of this.#members) send(member, { module, memory, entry });
  }

  /** Gives a job to a worker. */
  give(index: number, job: number, commands: number): void {
    this.#members[index]!.jobs.add(job);
    send(this.#members[index], { job, commands });
  }

  /** Takes all jobs back from workers that do not answer any more, and lets the workers go. */
  giveUp(): void {
    this.#members.forEach((member, index) => member && member.jobs.size > 0 && this.#dismiss(index));
  }

  /** Ends all workers. */
  close(): void {
    this.#members.forEach((member, index) => {
      member?.worker.terminate();
      this.#members[index] = undefined;
    });
  }

  #dismiss(index: number): void {
    const member = this.#members[index];
    if (!member) return;
    this.#members[index] = undefined;
    member.worker.terminate();
    this.#events.lost([...member.jobs]);
  }
}

function send(member: Member | undefined, order: WorkerOrder): void {
  member?.worker.postMessage(order);
}
