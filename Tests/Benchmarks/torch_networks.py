"""The networks of docs/scoring.md in PyTorch, made from a checkpoint (docs/checkpoint-format.md)."""

import h5py
import torch
import torch.nn.functional as F
from torch import nn


class Block(nn.Module):
    """x + mix(dropout(activation(conv(x)))), causal."""

    def __init__(self, channels, kernel, dilation, gated, dropout):
        super().__init__()
        self.pad, self.gated, self.rate = (kernel - 1) * dilation, gated, dropout
        filters = 2 * channels if gated else channels
        self.conv = nn.Conv1d(channels, filters, kernel, dilation=dilation)
        self.mix = nn.Conv1d(channels, channels, 1)

    def forward(self, x):
        a = self.conv(F.pad(x, (self.pad, 0)))
        if self.gated:
            value, gate = a.chunk(2, dim=1)
            h = torch.tanh(value) * torch.sigmoid(gate)
        else:
            h = F.relu(a)
        return x + self.mix(F.dropout(h, self.rate, self.training))


class TCN(nn.Module):
    def __init__(self, states, channels, kernel, dilations, gated=False, tied=False, dropout=0.0):
        super().__init__()
        self.embedding = None if tied else nn.Embedding(states, channels)
        self.blocks = nn.Sequential(*[Block(channels, kernel, d, gated, dropout) for d in dilations])
        self.head = nn.Linear(channels, states)

    def forward(self, states):
        """States (B, T) to logits (B, T, V)."""
        table = self.head.weight if self.embedding is None else self.embedding.weight
        x = self.blocks(F.embedding(states, table).transpose(1, 2))
        return self.head(x.transpose(1, 2))

    def load(self, tensors):
        if self.embedding is not None:
            self.embedding.weight.copy_(tensors["embedding"])
        for index, block in enumerate(self.blocks):
            name = f"blocks.{index}"
            block.conv.weight.copy_(tensors[f"{name}.conv.weight"].permute(2, 1, 0))
            block.conv.bias.copy_(tensors[f"{name}.conv.bias"])
            block.mix.weight.copy_(tensors[f"{name}.mix.weight"].T[:, :, None])
            block.mix.bias.copy_(tensors[f"{name}.mix.bias"])
        self.head.weight.copy_(tensors["head.weight"].T)
        self.head.bias.copy_(tensors["head.bias"])


class WindowCNN(nn.Module):
    def __init__(self, states, window):
        super().__init__()
        self.states = states
        widths = [states, 32, 32, 64, 64]
        convolutions = [nn.Conv1d(a, b, 3, padding=1) for a, b in zip(widths, widths[1:])]
        self.convolutions = nn.ModuleList(convolutions)
        self.rows = window // 2 // 2
        sizes = [self.rows * 64, 32, 64, states]
        self.dense = nn.ModuleList([nn.Linear(a, b) for a, b in zip(sizes, sizes[1:])])

    def forward(self, windows):
        """Windows (B, W) to logits (B, V)."""
        x = F.one_hot(windows, self.states).float().transpose(1, 2)
        for index, convolution in enumerate(self.convolutions):
            x = F.relu(convolution(x))
            if index % 2 == 1:
                x = F.max_pool1d(x, 2)
        x = x.flatten(1)
        for layer in self.dense[:-1]:
            x = F.relu(layer(x))
        return self.dense[-1](x)

    def load(self, tensors):
        for index, convolution in enumerate(self.convolutions):
            convolution.weight.copy_(tensors[f"layer{index + 1}.weight"].permute(2, 1, 0))
            convolution.bias.copy_(tensors[f"layer{index + 1}.bias"])
        for layer, name in zip(self.dense, ("layer5", "layer6", "head")):
            layer.weight.copy_(tensors[f"{name}.weight"].T)
            layer.bias.copy_(tensors[f"{name}.bias"])
        # The rows of the pooled output one after the other; flatten() has the channels first.
        first = self.dense[0].weight
        first.copy_(first.reshape(-1, self.rows, 64).transpose(1, 2).reshape(first.shape))


def text(value):
    """An attribute's text, whichever way it is stored."""
    return value.decode() if isinstance(value, bytes) else str(value)


def shape(path):
    """What a checkpoint says of its network, in the words of networks.py."""
    with h5py.File(path) as file:
        states = len(file["vocabulary/name"])
        if text(file.attrs["architecture"]) == "window-cnn":
            return {"V": states, "W": int(file.attrs["window_length"])}
        return {
            "V": states,
            "C": int(file.attrs["channels"]),
            "K": int(file.attrs["kernel_width"]),
            "D": [int(d) for d in file.attrs["dilations"]],
            "gated": text(file.attrs["activation"]) == "gated",
            "tied": bool(file.attrs["tied"]),
        }


def load(path, dropout=0.0, group="parameters"):
    """The network of a checkpoint with its weights."""
    s = shape(path)
    if "W" in s:
        network = WindowCNN(s["V"], s["W"])
    else:
        network = TCN(s["V"], s["C"], s["K"], s["D"], s["gated"], s["tied"], dropout)
    tensors = {}
    with h5py.File(path) as file:
        file[group].visititems(
            lambda name, item: isinstance(item, h5py.Dataset)
            and tensors.update({name.replace("/", "."): torch.tensor(item[()])})
        )
    with torch.no_grad():
        network.load(tensors)
    return network
