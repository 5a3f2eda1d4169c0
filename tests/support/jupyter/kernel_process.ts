/** Where the channels of a kernel listen. */
export interface Ports {
  readonly shell: number;
  readonly iopub: number;
  readonly stdin: number;
  readonly control: number;
  readonly heartbeat: number;
}

/** The kernel died, or did not answer in time: it is gone, and no cell can follow. */
export class KernelError extends Error {
  /** The name of the error class. */
  override readonly name = "KernelError";
}

/** A started kernel: its process, where it listens, and what it wrote to its standard error. */
export interface KernelProcess {
  readonly child: Deno.ChildProcess;
  readonly ports: Ports;
  /** With which requests are signed. */
  readonly key: string;
  /** The end of its standard error, for reports. */
  readonly complaints: () => string;
  /** Ends when the process has ended and its files are gone. */
  readonly ended: Promise<void>;
  /** Aborts when the process has ended. */
  readonly gone: AbortSignal;
}

/** How much of the standard error is kept. */
const COMPLAINTS_LENGTH = 2000;

/** Starts the Jupyter kernel of this very Deno. */
export async function startProcess(
  { cwd, env }: { cwd: string | URL; env: Record<string, string> },
): Promise<KernelProcess> {
  const ports = freePorts();
  const key = crypto.randomUUID();
  const folder = await Deno.makeTempDir({ prefix: "kernel-" });
  await Deno.writeTextFile(
    `${folder}/connection.json`,
    JSON.stringify({
      transport: "tcp",
      ip: "127.0.0.1",
      key,
      signature_scheme: "hmac-sha256",
      kernel_name: "deno",
      shell_port: ports.shell,
      iopub_port: ports.iopub,
      stdin_port: ports.stdin,
      control_port: ports.control,
      hb_port: ports.heartbeat,
    }),
  );
  const child = new Deno.Command(Deno.execPath(), {
    args: ["jupyter", "--quiet", "--kernel", "--conn", `${folder}/connection.json`],
    cwd,
    env,
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  let complaints = "";
  const drained = child.stderr.pipeThrough(new TextDecoderStream()).pipeTo(
    new WritableStream({
      write: (text) => {
        complaints = (complaints + text).slice(-COMPLAINTS_LENGTH);
      },
    }),
  );
  const gone = new AbortController();
  const ended = (async () => {
    await child.status;
    gone.abort();
    await drained;
    await Deno.remove(folder, { recursive: true });
  })();
  return { child, ports, key, complaints: () => complaints, ended, gone: gone.signal };
}

/** Ports that were free a moment ago: all are held at once, so that they differ, then let go for the kernel. */
function freePorts(): Ports {
  const listeners = Array.from({ length: 5 }, () => Deno.listen({ hostname: "127.0.0.1", port: 0 }));
  const [shell, iopub, stdin, control, heartbeat] = listeners.map((listener) => listener.addr.port);
  for (const listener of listeners) listener.close();
  return { shell: shell!, iopub: iopub!, stdin: stdin!, control: control!, heartbeat: heartbeat! };
}

/** Does the work, unless the time is over or the kernel dies first. */
export async function within<T>(
  milliseconds: number,
  complaint: string,
  process: KernelProcess,
  work: () => Promise<T>,
): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new KernelError(complaint)), milliseconds);
  const death = process.child.status.then(({ code, signal }) => {
    const words = process.complaints().trim();
    const how = signal ? `was ended by ${signal}` : `exited with code ${code}`;
    throw new KernelError(`The kernel ${how}${words ? `: ${words}` : ""}`);
  });
  try {
    return await Promise.race([work(), promise, death]);
  } finally {
    clearTimeout(timer);
  }
}

/** Ends the process by force, if it has not ended yet. */
export async function kill(process: KernelProcess): Promise<void> {
  try {
    process.child.kill("SIGKILL");
  } catch (error) {
    // It has ended by itself.
    if (!(error instanceof TypeError) && !(error instanceof Deno.errors.NotFound)) throw error;
  }
  await process.ended;
}
