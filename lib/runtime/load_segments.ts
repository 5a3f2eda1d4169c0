import type { CompiledSegment, Cut } from "../compiler/mod.ts";
import type { OnnxModel } from "../io/mod.ts";
import { contiguous, type NumericArray, tensor } from "../tensor/mod.ts";
import type { EngineSession } from "./engine.ts";

/** A model that is loaded, and the rule that runs after it. */
interface LoadedSegment {
  /** The model. */
  readonly session: EngineSession;
  /** The names of its inputs. */
  readonly inputs: readonly string[];
  /** The rule. */
  readonly cut?: Cut | undefined;
}

/** Models that run one after the other, with the rules between them that read numbers. */
function segmentedSession(segments: readonly LoadedSegment[]): EngineSession {
  const [{ session }] = segments as [LoadedSegment];
  if (segments.length === 1) return session;
  return {
    info: session.info,
    run: async (inputs) => {
      const given: Record<string, NumericArray> = { ...inputs };
      const results: Record<string, NumericArray> = {};
      for (const { session, inputs: names, cut } of segments) {
        Object.assign(
          results,
          await session.run(Object.fromEntries(names.map((name) => [name, given[name]!]))),
        );
        if (!cut) continue;
        const needed = cut.needs.map((name) => {
          const array = results[name]!;
          delete results[name];
          return [name, tensor(contiguous(array), array.shape)] as const;
        });
        Object.assign(given, cut.run(Object.fromEntries(needed)));
      }
      return results;
    },
    release: async () => {
      for (const { session } of segments) await session.release();
    },
  };
}

/** Loads the models of segments, one after the other. */
export async function loadSegments(
  segments: readonly CompiledSegment[],
  load: (model: OnnxModel) => EngineSession | Promise<EngineSession>,
): Promise<EngineSession> {
  const loaded: LoadedSegment[] = [];
  for (const { model, cut } of segments) {
    loaded.push({ session: await load(model), inputs: model.graph.inputs.map(({ name }) => name), cut });
  }
  return segmentedSession(loaded);
}
