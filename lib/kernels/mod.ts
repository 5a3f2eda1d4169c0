/**
 * Hot loops over typed arrays. They import nothing from other folders and check nothing: shapes and values are checked
 * at the boundary, once.
 *
 * @module
 */
export { lstmForward, type LstmTrace, type LstmWeights } from "./lstm_forward.ts";
export { lstmRelevance, type RecurrentRelevance, type RelevanceOptions } from "./lstm_relevance.ts";
export { lstmGradient } from "./lstm_gradient.ts";
export { lstmProductRelevance } from "./lstm_product_relevance.ts";
export { followOneByOne, type InputParts } from "./input_parts.ts";
export type { ProductRelevanceOptions, ProductRule } from "./product_rule.ts";
export { type GruStep, gruStep, type GruWeights } from "./gru_step.ts";
export { type GruStepRelevance, gruStepRelevance } from "./gru_step_relevance.ts";
export { type LstmKernels, lstmKernels } from "./lstm_kernels.ts";
export { bestRounding, kernelModule, type Precision, type Rounding } from "./arena.ts";

export type { BlockRequest } from "./block_commands.ts";
export type { CellWeights, NetworkWeights } from "./packed_network.ts";
export { BlockEngine, type BlockItem, type BlockJob, SLOTS_PER_WORKER } from "./block_engine.ts";
export type { BlockAnswer } from "./block_answer.ts";
export type { LayerShares } from "./layer_shares.ts";
export type { BlockLimits } from "./block_room.ts";
export { ZERO_VECTOR } from "./token_slots.ts";
export { SingleEngine } from "./single_engine.ts";
export type { KernelChoice } from "./wasm_cell.ts";
export { gruRelevance, gruSteps, type GruTrace } from "./gru_sequence.ts";
export { type GruKernels, gruKernels } from "./gru_kernels.ts";
export { gruDecomposition } from "./gru_decomposition.ts";
