import { engineTest } from "../support/onnxruntime.ts";
import { assertEngineAgrees } from "./support/assert_engine_agrees.ts";

engineTest(
  "onnxruntime-web runs every compiled network within float32 of the reference engine",
  "onnxruntime-web",
  (load) => assertEngineAgrees("onnxruntime-web", load),
);
