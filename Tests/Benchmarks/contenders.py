"""Who is timed. Every contender scores a stream of states of one process, one event at a time.

Times are CPU time, not wall-clock time, because other programs may want the same cores. Peers run
single-threaded, with their arrays made beforehand.
"""

import json
import os
import subprocess
import time

import numpy as np

from networks import NETWORKS, is_tcn


class Player:
    """`mle-player score` as its users run it: a process, a blob and a capture."""

    def __init__(self, program, model, capture, events):
        self.command = [str(program), "score", str(model), str(capture)]
        self.events = events

    def events_scored(self):
        lines = subprocess.run(
            [*self.command, "--scores"], check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        ).stdout.splitlines()
        return [json.loads(line) for line in lines if line.startswith(b'{"event"')]

    def surprises(self):
        return np.array([event["surprise"] for event in self.events_scored()])

    def scores(self):
        return np.array([event["scores"][0] for event in self.events_scored()])

    def seconds_per_event(self):
        """CPU time of the process, from its start to its end."""
        null = os.open(os.devnull, os.O_WRONLY)
        process = subprocess.Popen(self.command, stdout=null, stderr=null)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        os.close(null)
        if process.returncode != 0:
            raise RuntimeError(f"{self.command} ended with {process.returncode}")
        return (usage.ru_utime + usage.ru_stime) / self.events


class Peer:
    """The loop around a runtime's step: what a program in Python would do for an event."""

    def __init__(self, name):
        self.shape = NETWORKS[name]

    def surprises(self, states):
        self.reset()
        surprises = np.empty(len(states), np.float32)
        self.consume(0)
        for index, state in enumerate(states):
            surprises[index] = -self.log_probabilities[0, state]
            self.consume(state)
        return surprises

    def seconds_per_event(self, states):
        """With the state carried on, the window shifted and -ln p read, in Python."""
        start = time.process_time()
        self.surprises(states)
        return (time.process_time() - start) / len(states)

    def seconds_per_invoke(self, count):
        """Nothing but the runtime's call, again and again on the same input."""
        invoke = self.bare_invoke()
        start = time.process_time()
        for _ in range(count):
            invoke()
        return (time.process_time() - start) / count

    def shift_window(self, window, state):
        """The one-hot window (..., W, V) moves on by one event."""
        window[..., :-1, :] = window[..., 1:, :]
        window[..., -1, :] = 0
        window[..., -1, state] = 1


class LiteRT(Peer):
    def __init__(self, name, path, accelerated):
        super().__init__(name)
        from ai_edge_litert.interpreter import Interpreter, OpResolverType

        plain = OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES
        resolver = OpResolverType.AUTO if accelerated else plain
        self.interpreter = Interpreter(
            str(path), num_threads=1, experimental_op_resolver_type=resolver
        )
        self.interpreter.allocate_tensors()
        inputs = self.interpreter.get_input_details()
        self.inputs = {details["name"]: details["index"] for details in inputs}
        # Log-probabilities first, then the rings in order, as the function returned them.
        self.outputs = [details["index"] for details in self.interpreter.get_output_details()]
        if is_tcn(self.shape):
            self.carried = [
                (output, self.inputs[f"ring{block}"])
                for block, output in enumerate(self.outputs[1:])
            ]
        self.reset()

    def reset(self):
        if is_tcn(self.shape):
            self.state = np.zeros(1, np.int32)
            for _, ring in self.carried:
                self.interpreter.tensor(ring)()[...] = 0
        else:
            self.window = np.zeros((1, self.shape["W"], self.shape["V"]), np.float32)
            self.window[..., 0] = 1

    def consume(self, state):
        interpreter = self.interpreter
        if is_tcn(self.shape):
            self.state[0] = state
            interpreter.set_tensor(self.inputs["state"], self.state)
        else:
            self.shift_window(self.window, state)
            interpreter.set_tensor(self.inputs["window"], self.window)
        interpreter.invoke()
        self.log_probabilities = interpreter.get_tensor(self.outputs[0])
        if is_tcn(self.shape):
            for output, ring in self.carried:
                interpreter.set_tensor(ring, interpreter.get_tensor(output))

    def bare_invoke(self):
        return self.interpreter._interpreter.Invoke

    def seconds_per_call(self, count):
        """What is Python's part of an invoke: the same kind of call, of a method without work."""
        call = self.interpreter._interpreter.NumTensors
        start = time.process_time()
        for _ in range(count):
            call(0)
        return (time.process_time() - start) / count


class OnnxRuntime(Peer):
    def __init__(self, name, path):
        super().__init__(name)
        import onnxruntime as ort

        options = ort.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self.session = ort.InferenceSession(str(path), options, ["CPUExecutionProvider"])
        # Two sets of arrays: what one step writes, the next one reads, without a copy.
        self.arrays = [
            {value.name: self.array(value) for value in self.session.get_inputs()} for _ in range(2)
        ]
        (result, *shifted) = self.session.get_outputs()
        self.result = self.array(result)
        self.bindings = []
        for mine, other in (self.arrays, self.arrays[::-1]):
            binding = self.session.io_binding()
            for name, array in mine.items():
                self.bind(binding.bind_input, name, array)
            self.bind(binding.bind_output, result.name, self.result)
            for value in shifted:
                ring = value.name.replace("shifted", "ring")
                self.bind(binding.bind_output, value.name, other[ring])
            self.bindings.append(binding)
        self.reset()

    @staticmethod
    def array(value):
        return np.zeros(value.shape, np.int32 if "int32" in value.type else np.float32)

    @staticmethod
    def bind(bind, name, array):
        bind(name, "cpu", 0, array.dtype, array.shape, array.ctypes.data)

    def reset(self):
        self.turn = 0
        self.log_probabilities = self.result
        for arrays in self.arrays:
            for array in arrays.values():
                array[...] = 0
            if "window" in arrays:
                arrays["window"][:, 0, :] = 1

    def consume(self, state):
        arrays = self.arrays[self.turn]
        if is_tcn(self.shape):
            arrays["state"][0] = state
        else:
            self.shift_window(arrays["window"].transpose(0, 2, 1), state)
        self.session.run_with_iobinding(self.bindings[self.turn])
        if is_tcn(self.shape):
            self.turn = 1 - self.turn

    def bare_invoke(self):
        session, binding = self.session._sess, self.bindings[0]._iobinding
        return lambda: session.run_with_iobinding(binding, None)
