import { gruForward } from "./gru_forward.as";
import { gruGradient } from "./gru_gradient.as";
import { gruRelevance } from "./gru_relevance.as";
import { head } from "./head.as";
import { lstmCoefficients } from "./lstm_coefficients.as";
import { lstmDecomposition } from "./lstm_decomposition.as";
import { lstmForward, lstmForwardForRelevance } from "./lstm_forward.as";
import { lstmGradient } from "./lstm_gradient.as";
import { lstmProductRelevance } from "./lstm_product_relevance.as";
import { lstmRelevance } from "./lstm_relevance.as";
import { copyRows, multiply, packRows, pullInputs } from "./rows.as";
import { sumSteps } from "./sum_steps.as";

/** Runs commands in order. A command is a list of words: its code, how many words it has, its arguments. 0 ends. */
export function run64(commands: usize): void {
  run<f64>(commands);
}

/** The same in float32. */
export function run32(commands: usize): void {
  run<f32>(commands);
}

function run<T>(command: usize): void {
  for (let code = load<i32>(command); code != 0; code = load<i32>(command)) {
    const argument = command + 8;
    if (code == 1) multiply<T>(argument);
    else if (code == 2) copyRows<T>(argument);
    else if (code == 3) pullInputs<T>(argument);
    else if (code == 4) head<T>(argument);
    else if (code == 5) lstmForward<T>(argument);
    else if (code == 6) lstmRelevance<T>(argument);
    else if (code == 7) lstmGradient<T>(argument);
    else if (code == 8) gruForward<T>(argument);
    else if (code == 9) gruRelevance<T>(argument);
    else if (code == 10) gruGradient<T>(argument);
    else if (code == 11) packRows<T>(argument);
    else if (code == 12) lstmForwardForRelevance<T>(argument);
    else if (code == 13) lstmCoefficients<T>(argument);
    else if (code == 14) sumSteps<T>(argument);
    else if (code == 15) lstmProductRelevance<T>(argument);
    else if (code == 16) lstmDecomposition<T>(argument);
    command += <usize>load<i32>(command, 4) << 2;
  }
}

/** The first address that the host may use. */
export function heap(): usize {
  return __heap_base;
}
