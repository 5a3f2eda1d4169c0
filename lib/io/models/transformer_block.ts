import { add, dense, gelu, layerNorm, slice } from "../../layers/mod.ts";
import { attention, type NetworkBuilder } from "../../networks/mod.ts";
import type { NumericArray } from "../../tensor/mod.ts";
import { layerParameters } from "./layer_parameters.ts";

/**
 * Adds an encoder block with the normalization after each sum: attention over packed queries, keys and values, and a
 * feed-forward part with GELU. The tensors are `name.qkv`, `.o`, `.n1`, `.f1`, `.f2` and `.n2`.
 */
export function encoderBlock(
  builder: NetworkBuilder,
  tensors: ReadonlyMap<string, NumericArray>,
  name: string,
  input: string,
  heads: number,
): string {
  const of = (part: string): ReturnType<typeof layerParameters> =>
    layerParameters(tensors, `${name}.${part}`);
  const size = of("o").weights.shape[0];
  const packed = builder.add(`${name}.qkv`, dense(of("qkv")), input);
  const [query, key, value] = ["query", "key", "value"].map((part, i) =>
    builder.add(`${name}.${part}`, slice({ axis: -1, start: i * size, end: (i + 1) * size }), packed)
  );
  const joined = attention(builder, `${name}.attention`, { query, key, value }, {
    heads,
    size: size / heads,
  });
  const attended = builder.add(`${name}.o`, dense(of("o")), joined);
  const first = builder.add(
    `${name}.n1`,
    layerNorm(of("n1")),
    builder.add(`${name}.sum1`, add(), input, attended),
  );
  const hidden = builder.add(`${name}.gelu`, gelu(), builder.add(`${name}.f1`, dense(of("f1")), first));
  const fed = builder.add(`${name}.f2`, dense(of("f2")), hidden);
  return builder.add(`${name}.n2`, layerNorm(of("n2")), builder.add(`${name}.sum2`, add(), first, fed));
}
