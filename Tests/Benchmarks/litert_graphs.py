"""LiteRT's side: each network as a .tflite file. usage: litert_graphs.py DIRECTORY

A TCN is one step with explicit state: state id and the blocks' rings in, log-probabilities of the
next state and the shifted rings out. The window CNN is its usual graph of a whole one-hot window.
"""

import os
import pathlib
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")

import tensorflow as tf  # noqa: E402

from networks import NETWORKS, is_tcn, weights  # noqa: E402


def tcn_step(name):
    shape, tensor = NETWORKS[name], weights(name)
    channels, dilations = shape["C"], shape["D"]

    def step(state, *rings):
        x = tf.gather(tensor["embedding"], state)
        shifted = []
        for block, (dilation, ring) in enumerate(zip(dilations, rings)):
            column = tf.concat([ring, x], 0)
            taps = tf.reshape(column[::dilation], [1, shape["K"] * channels])
            kernel = tensor[f"blocks.{block}.conv.weight"].reshape(-1, channels)
            y = tf.nn.relu(tf.matmul(taps, kernel) + tensor[f"blocks.{block}.conv.bias"])
            y = tf.matmul(y, tensor[f"blocks.{block}.mix.weight"])
            x = x + (y + tensor[f"blocks.{block}.mix.bias"])
            shifted.append(column[1:])
        logits = tf.matmul(x, tensor["head.weight"]) + tensor["head.bias"]
        return [tf.nn.log_softmax(logits), *shifted]

    rings = [
        tf.TensorSpec([(shape["K"] - 1) * dilation, channels], tf.float32, name=f"ring{block}")
        for block, dilation in enumerate(dilations)
    ]
    return tf.function(step, input_signature=[tf.TensorSpec([1], tf.int32, name="state"), *rings])


def window_cnn(name):
    shape, tensor = NETWORKS[name], weights(name)

    def convolve(x, layer):
        y = tf.nn.conv1d(x, tensor[f"layer{layer}.weight"], 1, "SAME")
        return tf.nn.relu(y + tensor[f"layer{layer}.bias"])

    def dense(x, layer):
        return tf.matmul(x, tensor[f"{layer}.weight"]) + tensor[f"{layer}.bias"]

    def network(window):
        x = tf.nn.max_pool1d(convolve(convolve(window, 1), 2), 2, 2, "VALID")
        x = tf.nn.max_pool1d(convolve(convolve(x, 3), 4), 2, 2, "VALID")
        x = tf.nn.relu(dense(tf.reshape(x, [1, -1]), "layer5"))
        x = tf.nn.relu(dense(x, "layer6"))
        return tf.nn.log_softmax(dense(x, "head"))

    window = tf.TensorSpec([1, shape["W"], shape["V"]], tf.float32, name="window")
    return tf.function(network, input_signature=[window])


def main():
    directory = pathlib.Path(sys.argv[1])
    for name in NETWORKS:
        if name == "reading":
            continue
        function = (tcn_step if is_tcn(NETWORKS[name]) else window_cnn)(name)
        converter = tf.lite.TFLiteConverter.from_concrete_functions(
            [function.get_concrete_function()], function
        )
        (directory / f"{name}.tflite").write_bytes(converter.convert())


main()
