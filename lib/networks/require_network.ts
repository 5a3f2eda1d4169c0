import { described } from "../described.ts";
import { Network } from "./network.ts";

/** Throws unless this is a network. */
export function requireNetwork(given: Network, action: string): void {
  if (given instanceof Network) return;
  throw new TypeError(
    `Cannot ${action}: the network must be made by a call such as sequential(), got ${described(given)}`,
  );
}
