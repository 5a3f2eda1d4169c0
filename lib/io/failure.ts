import { FormatError } from "../errors.ts";

/** Makes the error of a file that is not what it says, from what its format requires and what it holds. */
export type Failure = (requirement: string, details?: { offset?: number; cause?: unknown }) => FormatError;

/** Where the bytes to read come from. */
export interface ReadOptions {
  /** The file or address the bytes come from, for messages. */
  readonly path?: string | undefined;
}

/** The errors of one file: `Cannot read <format> "<path>": <requirement>`. */
export function failure(format: string, path: string | undefined): Failure {
  const what = path === undefined ? format : `${format} ${JSON.stringify(path)}`;
  return (requirement, details = {}) =>
    new FormatError(`Cannot read ${what}: ${requirement}`, { path: path ?? format, ...details });
}
