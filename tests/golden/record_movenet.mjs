// Run the shipped MoveNet in TensorFlow.js: reads pictures (192 x 192 x 3 bytes each) from a file, and
// writes what the network says of each, and its four heads in six rows and columns of the 48. See record_movenet.py.
import fs from "node:fs";
import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import { loadGraphModel } from "@tensorflow/tfjs-converter";

const [folder, pictures, out] = process.argv.slice(2);
const HEADS = { center: "center_0/conv2d_4", regress: "kpt_regress_0/conv2d_6",
  heat: "kpt_heatmap_0/conv2d_5", offset: "kpt_offset_0/conv2d_7" };
const graph = JSON.parse(fs.readFileSync(`${folder}/movenet-lightning.json`));
const numbers = fs.readFileSync(`${folder}/movenet-lightning.bin`);
await tf.setBackend("cpu");
const model = await loadGraphModel({ load: async () => ({
  modelTopology: graph.modelTopology, signature: graph.signature, format: graph.format,
  weightSpecs: graph.weightsManifest[0].weights,
  weightData: numbers.buffer.slice(numbers.byteOffset, numbers.byteOffset + numbers.length) }) });
const bytes = fs.readFileSync(pictures), size = 192 * 192 * 3, said = [];
for (let at = 0; at < bytes.length; at += size) {
  const x = tf.tensor4d([...bytes.subarray(at, at + size)], [1, 192, 192, 3], "int32");
  const names = Object.values(HEADS).map((name) => `StatefulPartitionedCall/${name}/BiasAdd`);
  const [output, ...maps] = model.execute({ "input:0": x }, ["Identity", ...names]);
  const heads = {};
  for (const [i, name] of Object.keys(HEADS).entries()) {
    const channels = maps[i].shape[3];
    const rows = tf.gather(tf.gather(maps[i], tf.range(2, 48, 9, "int32"), 1), tf.range(2, 48, 9, "int32"), 2);
    heads[name] = { shape: [6, 6, channels], values: [...rows.dataSync()].map((v) => +v.toFixed(6)) };
  }
  said.push({ output: [...output.dataSync()].map((v) => +v.toFixed(8)), heads });
}
fs.writeFileSync(out, JSON.stringify({ tfjs: tf.version_core, backend: tf.getBackend(), said }));
