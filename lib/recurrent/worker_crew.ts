import { startWorker, WORKER_SOURCE, type WorkerOrder } from "./block_worker.ts";

interface Member {
  readonly worker: Worker;
  /** What it was given and is not known to be done, in order. */
  readonly jobs: Set<number>;
  /** How many jobs it has finished, as it says itself, and how many of them are known. */
  readonly finished: Int32Array;
  known: number;
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
      const finished = new Int32Array(new SharedArrayBuffer(4));
      const member: Member = { worker: startWorker(source), jobs: new Set(), finished, known: 0 };
      member.worker.onmessage = () => this.#look(member);
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

  /** Hears of finished jobs without a turn of the event loop. */
  look(): void {
    for (const member of this.#members) if (member) this.#look(member);
  }

  /** Tells all workers which memory they work on. */
  move(module: WebAssembly.Module, memory: WebAssembly.Memory, entry: string): void {
    for (const member of this.#members) {
      if (member) send(member, { module, memory, entry, finished: member.finished });
    }
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

  #look(member: Member): void {
    const count = Atomics.load(member.finished, 0);
    for (const job of [...member.jobs].slice(0, count - member.known)) {
      member.jobs.delete(job);
      member.known++;
      this.#events.done(job);
    }
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
