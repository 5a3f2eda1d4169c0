import { add, causalMask, dense, rmsNorm, rotary, silu, take } from "../../lib/layers/mod.ts";
import { gatedMlp, multiHeadAttention, type Network, networkBuilder } from "../../lib/networks/mod.ts";
import type { Tensor } from "../../lib/tensor/mod.ts";

/** The decoder of decoder_cases.py: RMS normalization before each part, rotary positions, a gated part, no biases. */
export function decoder(
  parameters: Record<string, Tensor>,
  { heads, groups, blocks, steps, size }: Readonly<
    Record<"heads" | "groups" | "blocks" | "steps" | "size", number>
  >,
): Network {
  const of = (name: string): { weights: Tensor } => ({ weights: parameters[`${name}.weight`] });
  const builder = networkBuilder();
  let value = builder.input("x");
  for (let k = 0; k < blocks; k++) {
    const part = (name: string): { weights: Tensor } => of(`B.${k}.${name}`);
    const norm = (name: string, input: string): string =>
      builder.add(`B.${k}.${name}`, rmsNorm({ ...part(name), epsilon: 1e-5 }), input);
    const attended = multiHeadAttention(builder, `B.${k}.attention`, norm("n1", value), {
      heads,
      keyValueHeads: groups,
      mask: causalMask(steps),
      positions: rotary({ steps, size: size / heads }),
      query: part("q"),
      key: part("k"),
      value: part("v"),
      output: part("o"),
    });
    value = builder.add(`B.${k}.sum1`, add(), value, attended);
    const fed = gatedMlp(builder, `B.${k}.mlp`, norm("n2", value), {
      gate: part("gate"),
      up: part("up"),
      down: part("down"),
      activation: silu(),
    });
    value = builder.add(`B.${k}.sum2`, add(), value, fed);
  }
  const last = builder.add("N", rmsNorm({ ...of("N"), epsilon: 1e-5 }), value);
  const token = builder.add("last", take({ axis: 1, index: steps - 1 }), last);
  return builder.build(builder.add("O", dense(of("O")), token));
}
