/**
 * Live pictures: the library works in the page, so that sliders answer without a kernel.
 *
 * @module
 */
export { explore, EXPLORE_LIMIT_BYTES, type ExploreOptions } from "./explore.ts";
export { Explorer } from "./explorer.ts";
