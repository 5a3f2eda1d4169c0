/**
 * Takes the place of the compiled kernels in a page, which runs their TypeScript twins: a page seldom may share memory,
 * and the modules would weigh more than all the rest.
 */
export const FUSED_MODULE: string = "";
/** See above. */
export const SEPARATE_MODULE: string = "";
