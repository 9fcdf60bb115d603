"""Writes Tests/TrainingTests/Golden/*.json: what PyTorch makes of the same parameters.

    python Tests/Reference/training_goldens.py

Parameters come from SplitMix64, as in Tests/TestSupport/SplitMix64.swift, so that no file has to
hold them. Networks are computed in float64; the optimizer in float32, as it is used.
"""

import base64
import json
import pathlib

import numpy as np
import torch
import torch.nn.functional as F

OUTPUT = pathlib.Path(__file__).parent.parent / "TrainingTests" / "Golden"
MASK = (1 << 64) - 1


class SplitMix64:
    def __init__(self, seed):
        self.state = seed

    def next(self):
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        return z ^ (z >> 31)

    def unit(self):
        """Uniform in [-1, 1), exact in float32."""
        bits = self.next()
        signed = bits - (1 << 64) if bits >> 63 else bits
        return (signed >> 40) / 8388608

    def units(self, count):
        return np.array([self.unit() for _ in range(count)], dtype=np.float32)


def encoded(array):
    """The bytes of little-endian float32 in base64."""
    return base64.b64encode(np.asarray(array, dtype="<f4").tobytes()).decode()


def write(name, golden):
    OUTPUT.mkdir(exist_ok=True)
    golden = {"torch": torch.__version__, **golden}
    (OUTPUT / f"{name}.json").write_text(json.dumps(golden, indent=1) + "\n")


def tensors(flat, shapes):
    """Views of the flat float64 parameters."""
    result, offset = [], 0
    for shape in shapes:
        count = int(np.prod(shape))
        result.append(flat[offset : offset + count].reshape(shape))
        offset += count
    assert offset == len(flat)
    return result


def tcn_shapes(V, C, K, dilations, gated, tied):
    filters = 2 * C if gated else C
    shapes = [] if tied else [(V, C)]
    for _ in dilations:
        shapes += [(K, C, filters), (filters,), (C, C), (C,)]
    return shapes + [(C, V), (V,)]


def tcn_logits(flat, inputs, V, C, K, dilations, gated, tied):
    rest = tensors(flat, tcn_shapes(V, C, K, dilations, gated, tied))
    head, bias = rest[-2], rest[-1]
    embedding = head.T if tied else rest.pop(0)
    x = embedding[inputs].T[None]  # (1, C, T)
    for block, dilation in enumerate(dilations):
        w, b, mix, mix_bias = rest[4 * block : 4 * block + 4]
        past = F.pad(x, ((K - 1) * dilation, 0))
        a = F.conv1d(past, w.permute(2, 1, 0), b, dilation=dilation)
        h = torch.tanh(a[:, :C]) * torch.sigmoid(a[:, C:]) if gated else F.relu(a)
        x = x + F.conv1d(h, mix.T[:, :, None], mix_bias)
    return x[0].T @ head + bias


def window_shapes(V, W):
    shapes, width = [], V
    for outputs in (32, 32, 64, 64):
        shapes += [(3, width, outputs), (outputs,)]
        width = outputs
    return shapes + [(W // 2 // 2 * 64, 32), (32,), (32, 64), (64,), (64, V), (V,)]


def window_logits(flat, inputs, V, W):
    t = tensors(flat, window_shapes(V, W))
    past = F.pad(inputs, (W - 1, 0))
    windows = torch.stack([past[i : i + W] for i in range(len(inputs))])
    x = F.one_hot(windows, V).double().transpose(1, 2)
    for layer in range(4):
        x = F.relu(F.conv1d(x, t[2 * layer].permute(2, 1, 0), t[2 * layer + 1], padding=1))
        if layer % 2 == 1:
            x = F.max_pool1d(x, 2)
    x = x.transpose(1, 2).flatten(1)
    x = F.relu(x @ t[8] + t[9])
    x = F.relu(x @ t[10] + t[11])
    return x @ t[12] + t[13]


def network_golden(name, seed, scale, shapes, logits_of, V, inputs, targets, **architecture):
    random = SplitMix64(seed)
    count = sum(int(np.prod(shape)) for shape in shapes)
    flat32 = random.units(count) * np.float32(scale)
    states = [random.next() % V for _ in range(inputs)]
    wanted = [random.next() % V for _ in range(targets)]
    wanted[targets // 2] = 0  # carries no loss
    flat = torch.tensor(flat32, dtype=torch.float64, requires_grad=True)
    logits = logits_of(flat, torch.tensor(states))[inputs - targets :]
    losses = F.cross_entropy(logits, torch.tensor(wanted), reduction="none")
    loss = (losses * (torch.tensor(wanted) != 0)).sum()
    loss.backward()
    golden = {"seed": seed, "scale": scale, "vocabularySize": V, **architecture}
    golden |= {"inputs": states, "targets": wanted, "loss": loss.item()}
    golden |= {"logits": encoded(logits.detach()), "gradient": encoded(flat.grad)}
    write(name, golden)


def tcn_golden(name, seed, V, C, K, dilations, gated, tied, inputs, targets):
    shape = (V, C, K, dilations, gated, tied)
    network_golden(
        name, seed, 0.5, tcn_shapes(*shape), lambda flat, x: tcn_logits(flat, x, *shape),
        V, inputs, targets,
        channels=C, kernelWidth=K, dilations=dilations, gated=gated, tied=tied)


def window_golden(name, seed, V, W, inputs, targets):
    network_golden(
        name, seed, 0.2, window_shapes(V, W), lambda flat, x: window_logits(flat, x, V, W),
        V, inputs, targets, windowLength=W)


def adam_golden():
    """Ten steps of AdamW after clipping, on a tcn with V 5, C 3, K 2 and one block."""
    shapes = tcn_shapes(5, 3, 2, [1], False, False)
    count = sum(int(np.prod(shape)) for shape in shapes)
    random = SplitMix64(77)
    flat = random.units(count)
    parameters = [p.clone().requires_grad_() for p in tensors(torch.tensor(flat), shapes)]
    optimizer = torch.optim.AdamW(
        [
            {"params": [p for p in parameters if p.dim() > 1], "weight_decay": 0.1},
            {"params": [p for p in parameters if p.dim() == 1], "weight_decay": 0.0},
        ],
        lr=0.02, betas=(0.8, 0.95), eps=1e-6)
    norms = []
    for _ in range(10):
        gradient = tensors(torch.tensor(random.units(count)), shapes)
        for parameter, g in zip(parameters, gradient):
            parameter.grad = g.clone()
        norms.append(torch.nn.utils.clip_grad_norm_(parameters, 2.5).item())
        optimizer.step()
    final = torch.cat([p.detach().flatten() for p in parameters])
    write("adamw", {"seed": 77, "norms": norms, "parameters": encoded(final)})


if __name__ == "__main__":
    torch.manual_seed(0)  # nothing here draws from it
    tcn_golden("tcn-relu", 1, 23, 12, 3, [1, 2, 4], False, False, 20, 20)
    tcn_golden("tcn-gated", 2, 23, 12, 3, [1, 2, 4], True, False, 20, 20)
    tcn_golden("tcn-relu-tied-k2", 3, 19, 16, 2, [1, 3], False, True, 17, 17)
    tcn_golden("tcn-gated-tied-k2", 4, 70, 20, 2, [2, 1], True, True, 33, 33)
    tcn_golden("tcn-context", 5, 30, 8, 3, [1, 2], False, False, 40, 9)
    tcn_golden("tcn-dilation-over-length", 6, 11, 5, 4, [1, 50, 3], True, False, 13, 7)
    window_golden("window-10", 7, 17, 10, 60, 55)
    window_golden("window-7", 8, 17, 7, 5, 3)
    adam_golden()
