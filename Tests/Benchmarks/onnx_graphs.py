"""ONNX Runtime's side: each network as an .onnx file, the same graphs as LiteRT's.

usage: onnx_graphs.py DIRECTORY
"""

import pathlib
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from networks import NETWORKS, is_tcn, weights


class Graph:
    """Nodes and constants in the making; every method returns the name of its result."""

    def __init__(self):
        self.nodes, self.constants = [], []

    def constant(self, values):
        name = f"constant{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def node(self, kind, *inputs, output=None, **attributes):
        output = output or f"{kind.lower()}{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, inputs, [output], **attributes))
        return output

    def slice(self, x, start, end, step=1, output=None):
        numbers = [self.constant(np.array([n], np.int64)) for n in (start, end, 0, step)]
        return self.node("Slice", x, *numbers, output=output)

    def dense(self, x, weight, bias):
        return self.node("Gemm", x, self.constant(weight), self.constant(bias))

    def save(self, path, inputs, outputs):
        graph = helper.make_graph(self.nodes, path.stem, inputs, outputs, self.constants)
        opset = [helper.make_opsetid("", 17)]
        model = helper.make_model(graph, opset_imports=opset, ir_version=8)
        onnx.checker.check_model(model)
        onnx.save(model, path)


def floats(name, *shape):
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)


def write_tcn_step(name, path):
    shape, tensor, graph = NETWORKS[name], weights(name), Graph()
    vocabulary, channels, kernel = shape["V"], shape["C"], shape["K"]
    inputs = [helper.make_tensor_value_info("state", TensorProto.INT32, [1])]
    outputs = [floats("log_probabilities", 1, vocabulary)]
    x = graph.node("Gather", graph.constant(tensor["embedding"]), "state")
    for block, dilation in enumerate(shape["D"]):
        length = (kernel - 1) * dilation
        inputs.append(floats(f"ring{block}", length, channels))
        outputs.append(floats(f"shifted{block}", length, channels))
        column = graph.node("Concat", f"ring{block}", x, axis=0)
        taps = graph.slice(column, 0, length + 1, dilation)
        taps = graph.node("Reshape", taps, graph.constant(np.array([1, kernel * channels])))
        weight = tensor[f"blocks.{block}.conv.weight"].reshape(-1, channels)
        y = graph.node("Relu", graph.dense(taps, weight, tensor[f"blocks.{block}.conv.bias"]))
        mix = f"blocks.{block}.mix"
        x = graph.node("Add", x, graph.dense(y, tensor[f"{mix}.weight"], tensor[f"{mix}.bias"]))
        graph.slice(column, 1, length + 1, output=f"shifted{block}")
    logits = graph.dense(x, tensor["head.weight"], tensor["head.bias"])
    graph.node("LogSoftmax", logits, output="log_probabilities")
    graph.save(path, inputs, outputs)


def write_window_cnn(name, path):
    shape, tensor, graph = NETWORKS[name], weights(name), Graph()

    def convolve(x, layer):
        weight = tensor[f"layer{layer}.weight"].transpose(2, 1, 0)
        bias = graph.constant(tensor[f"layer{layer}.bias"])
        return graph.node("Relu", graph.node("Conv", x, graph.constant(weight), bias, pads=[1, 1]))

    def pool(x):
        return graph.node("MaxPool", x, kernel_shape=[2], strides=[2])

    x = pool(convolve(convolve("window", 1), 2))
    x = graph.node("Flatten", pool(convolve(convolve(x, 3), 4)))
    # Channels come first here, so that the first dense layer's rows are in another order.
    weight = tensor["layer5.weight"]
    weight = weight.reshape(-1, 64, weight.shape[-1]).transpose(1, 0, 2).reshape(weight.shape)
    x = graph.node("Relu", graph.dense(x, weight, tensor["layer5.bias"]))
    x = graph.node("Relu", graph.dense(x, tensor["layer6.weight"], tensor["layer6.bias"]))
    logits = graph.dense(x, tensor["head.weight"], tensor["head.bias"])
    graph.node("LogSoftmax", logits, output="log_probabilities")
    outputs = [floats("log_probabilities", 1, shape["V"])]
    graph.save(path, [floats("window", 1, shape["V"], shape["W"])], outputs)


def main():
    directory = pathlib.Path(sys.argv[1])
    for name, shape in NETWORKS.items():
        if name != "reading":
            write = write_tcn_step if is_tcn(shape) else write_window_cnn
            write(name, directory / f"{name}.onnx")


main()
