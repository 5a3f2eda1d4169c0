/**
 * How parameters follow their gradient g, as plain data.
 *
 * ```text
 * adam     m = β₁ m + (1 - β₁) g    v = β₂ v + (1 - β₂) g²    θ -= rate · m / (1 - β₁ⁿ) / (√(v / (1 - β₂ⁿ)) + ε)
 * adagrad  s = s + g²                                          θ -= rate · g / (√s + ε)
 * ```
 *
 * @see Kingma, Ba 2015, Adam, https://arxiv.org/abs/1412.6980; Duchi, Hazan, Singer 2011, Adaptive Subgradient Methods,
 * https://jmlr.org/papers/v12/duchi11a.html
 */
export type OptimizerOptions =
  | {
    readonly name: "adam";
    /** Default 0.001. */
    readonly learningRate?: number;
    /** Default 0.9. */
    readonly beta1?: number;
    /** Default 0.999. */
    readonly beta2?: number;
    /** Default 1e-8. */
    readonly epsilon?: number;
  }
  | {
    readonly name: "adagrad";
    /** Default 0.01. */
    readonly learningRate?: number;
    /** Default 1e-10. */
    readonly epsilon?: number;
  };

/** Changes parameters by one step along their gradient. */
export type OptimizerStep = (theta: Float64Array, gradient: Float64Array) => void;

/** Prepares the memory of an optimizer for so many parameters. */
export function optimizerStep(options: OptimizerOptions, size: number): OptimizerStep {
  if (options.name === "adagrad") {
    const { learningRate = 0.01, epsilon = 1e-10 } = options;
    const squares = new Float64Array(size);
    return (theta, gradient) => {
      for (let i = 0; i < size; i++) {
        const g = gradient[i]!;
        squares[i] = squares[i]! + g * g;
        theta[i] = theta[i]! - learningRate * g / (Math.sqrt(squares[i]!) + epsilon);
      }
    };
  }
  const { learningRate = 0.001, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = options;
  const first = new Float64Array(size), second = new Float64Array(size);
  let power1 = 1, power2 = 1;
  return (theta, gradient) => {
    power1 *= beta1;
    power2 *= beta2;
    for (let i = 0; i < size; i++) {
      const g = gradient[i]!;
      first[i] = beta1 * first[i]! + (1 - beta1) * g;
      second[i] = beta2 * second[i]! + (1 - beta2) * g * g;
      const step = first[i]! / (1 - power1) / (Math.sqrt(second[i]! / (1 - power2)) + epsilon);
      theta[i] = theta[i]! - learningRate * step;
    }
  };
}
