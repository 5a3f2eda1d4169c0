/** Trains networks one after the other for `trainMany`. */
import { train, type TrainingData } from "./train.ts";
import type { TrainingJob, TrainingReply } from "./train_many.ts";
import { createNetwork } from "./trainable_network.ts";

type Message = { readonly data: TrainingData } | { readonly index: number; readonly job: TrainingJob };

const scope = self as unknown as {
  onmessage: (event: MessageEvent<Message>) => void;
  postMessage(reply: TrainingReply): void;
};
let data: TrainingData;

scope.onmessage = async ({ data: message }) => {
  if ("data" in message) {
    data = message.data;
    return;
  }
  const { index, job: { description, options, ...start } } = message;
  try {
    const network = createNetwork(description, start);
    const result = await train(network, data, options);
    scope.postMessage({ index, parameters: network.parameters, result });
  } catch (error) {
    scope.postMessage({ index, error: error instanceof Error ? error.message : String(error) });
  }
};
