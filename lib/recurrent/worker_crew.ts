import { startWorker, WORKER_SOURCE, type WorkerOrder } from "./block_worker.ts";

interface Member {
  readonly worker: Worker;
  /** What it was given and is not known to be done, in order. */
  readonly jobs: Set<number>;
  /** How many jobs it has finished, as it says itself, and how many of them are known. */
  readonly finished: Int32Array;
  known: number;
}

/** What a run wants to hear. */
export interface CrewEvents {
  /** Is told each finished job. */
  done(job: number): void;
  /** Is told the jobs of a worker that died. */
  lost(jobs: readonly number[]): void;
}

/** Which memory workers work on. */
type Workplace = Pick<Extract<WorkerOrder, { module: unknown }>, "module" | "memory" | "entry">;

/**
 * Workers that run jobs on one shared memory, for one run after the other. They start when they are needed, since the
 * start of each holds up this thread for some 15 ms. A worker that dies gives its jobs back, and is replaced for the next
 * run.
 */
export class WorkerCrew {
  /** Workers at most. */
  readonly size: number;
  readonly #source: string;
  readonly #members: (Member | undefined)[] = [];
  #events: CrewEvents | undefined;
  #workplace: Workplace | undefined;
  #closed = false;

  /** @param source The program of the workers; tests give them worse ones. */
  constructor(size: number, source: string = WORKER_SOURCE) {
    this.size = size;
    this.#source = source;
  }

  /** Takes the crew for a run; says no if another run has it. */
  take(events: CrewEvents): boolean {
    if (this.#events) return false;
    // Some may have died since.
    this.#forget();
    this.#events = events;
    return true;
  }

  /** Ends a run. Workers in the middle of something are ended too. */
  release(): void {
    this.giveUp();
    this.#events = this.#workplace = undefined;
    this.#forget();
    this.#closed = false;
  }

  /** Whether no worker has died in this run. */
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

  /** One worker more; nothing if all are there, or have been in this run. */
  start(): number | undefined {
    const index = this.#members.length;
    if (index === this.size || this.#closed) return undefined;
    const finished = new Int32Array(new SharedArrayBuffer(4));
    const member: Member = { worker: startWorker(this.#source), jobs: new Set(), finished, known: 0 };
    member.worker.onmessage = () => this.#look(member);
    member.worker.onerror = (event) => {
      event.preventDefault();
      this.#dismiss(member);
    };
    this.#members.push(member);
    if (this.#workplace) send(member, { ...this.#workplace, finished });
    return index;
  }

  /** Hears of finished jobs without a turn of the event loop. */
  look(): void {
    for (const member of this.#members) if (member) this.#look(member);
  }

  /** Tells all workers, also those to come, which memory they work on. */
  move(workplace: Workplace): void {
    this.#workplace = workplace;
    for (const member of this.#members) if (member) send(member, { ...workplace, finished: member.finished });
  }

  /** Gives a job to a worker. */
  give(index: number, job: number, commands: number): void {
    this.#members[index]!.jobs.add(job);
    send(this.#members[index]!, { job, commands });
  }

  /** Takes all jobs back from workers that do not answer any more, and lets the workers go. */
  giveUp(): void {
    for (const member of this.#members) if (member && member.jobs.size > 0) this.#dismiss(member);
  }

  /** Ends all workers; a run that is under way goes on without them. */
  close(): void {
    this.#closed = this.#events !== undefined;
    for (const member of [...this.#members]) if (member) this.#dismiss(member);
    if (!this.#closed) this.#forget();
  }

  /** Leaves no places for those that are gone. */
  #forget(): void {
    const there = this.#members.filter((member) => member !== undefined);
    this.#members.splice(0, Infinity, ...there);
  }

  #look(member: Member): void {
    const count = Atomics.load(member.finished, 0);
    for (const job of [...member.jobs].slice(0, count - member.known)) {
      member.jobs.delete(job);
      member.known++;
      this.#events?.done(job);
    }
  }

  #dismiss(member: Member): void {
    const index = this.#members.indexOf(member);
    if (index < 0) return;
    this.#members[index] = undefined;
    member.worker.terminate();
    this.#events?.lost([...member.jobs]);
  }
}

function send({ worker }: Member, order: WorkerOrder): void {
  worker.postMessage(order);
}
