"""Somebody's own ONNX graph, run in a process of its own that has limits.

What reads and runs it is not meant for files that mean harm. So the server never opens one: a child
gets the file and images on one pipe and answers on another, has so much memory and so many seconds,
writes no file, and is gone afterwards.
"""

import os
import resource
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import IO, Any

import torch
from torch import Tensor

from vae_core.checkpoint import checkpoint_bytes, read_checkpoint
from vae_core.errors import AtlasError
from vae_core.evaluation import OnnxGraph
from vae_core.runs.processes import give_way, own_command, own_environment
from vae_core.sentences import plain

MEMORY = 4 * 2**30  # bytes of addresses, PyTorch's own among them
SECONDS_OF_CORE = 240  # for all of what one child is asked
PATIENCE = 60.0  # seconds, for one answer
_LENGTH = struct.Struct("<Q")
_LONGEST_ANSWER = 64 * 2**20
_GONE = (
    "It was stopped: it asks for more memory or time than a classifier gets here, or it breaks "
    "what runs it."
)


class OnnxProcess:
    """A child that runs one graph, for as long as it is asked."""

    def __init__(self, content: bytes, image_shape: tuple[int, int, int]) -> None:
        """Starts it. Raises AtlasError where no process can be made, or the graph is refused."""
        try:
            self._child = subprocess.Popen(
                own_command("latent_atlas.ui.judges.onnx_process"),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=own_environment(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1"),
            )
        except OSError as error:
            raise AtlasError("No process could be started for it: try again later.") from error
        try:
            self._ask(content)
            self._ask(checkpoint_bytes({}, {"image_shape": list(image_shape)}), answered=True)
        except AtlasError:
            self.close()
            raise

    def scores(self, x: Tensor) -> Tensor:
        """Images float [B, C, H, W] in [0, 1] → float [B, K]. Raises AtlasError where it fails."""
        answer = self._ask(checkpoint_bytes({"x": x.float()}, {}), answered=True)
        scores = answer.get("scores")
        if scores is None or scores.ndim != 2 or len(scores) != len(x):
            raise AtlasError(_GONE)
        return scores

    def close(self) -> None:
        """End it."""
        self._child.kill()
        for pipe in (self._child.stdin, self._child.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()
        self._child.wait()

    def _ask(self, message: bytes, *, answered: bool = False) -> dict[str, Tensor]:
        """Send, and wait for the answer if there is to be one. Raises AtlasError."""
        late = threading.Timer(PATIENCE, self._child.kill)
        late.start()
        try:
            assert self._child.stdin is not None
            assert self._child.stdout is not None
            _send(self._child.stdin, message)
            answer = _received(self._child.stdout, _LONGEST_ANSWER) if answered else None
        except (OSError, EOFError, ValueError) as error:
            raise AtlasError(_GONE) from error
        finally:
            late.cancel()
        if answer is None:
            return {}
        found = read_checkpoint(answer, "its answer")
        if (problem := found.metadata.get("problem")) is not None:
            raise AtlasError(plain(str(problem), 400))
        return found.tensors


@contextmanager
def onnx_process(content: bytes, image_shape: tuple[int, int, int]) -> Iterator[OnnxProcess]:
    """A child for as long as the block lasts. Raises AtlasError where the graph is refused."""
    process = OnnxProcess(content, image_shape)
    try:
        yield process
    finally:
        process.close()


def _send(pipe: IO[bytes], message: bytes) -> None:
    pipe.write(_LENGTH.pack(len(message)) + message)
    pipe.flush()


def _received(pipe: IO[bytes], longest: int | None = None) -> bytes:
    """The next message. Raises EOFError where there is none, ValueError where it is too long."""
    head = pipe.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        raise EOFError
    (length,) = _LENGTH.unpack(head)
    if longest is not None and length > longest:
        raise ValueError("too long an answer")
    message = pipe.read(length)
    if len(message) < length:
        raise EOFError
    return message


def _limit() -> None:
    """Take from this process what it has no need of."""
    for kind, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS_OF_CORE),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        with suppress(ValueError, OSError):  # macOS has no limit of addresses
            resource.setrlimit(kind, (most, most))


def main() -> None:
    """Read a file, a shape, then images again and again; answer each but the file."""
    source, sink = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no answer
    give_way()
    torch.set_num_threads(1)
    _limit()
    content = _received(source)
    graph: OnnxGraph | None = None
    while True:
        try:
            asked = read_checkpoint(_received(source), "what is asked")
        except EOFError:
            return
        told: dict[str, Any] = {}
        tensors: dict[str, Tensor] = {}
        try:
            if graph is None:
                channels, height, width = asked.metadata["image_shape"]
                graph = OnnxGraph(content, (channels, height, width))
            else:
                tensors["scores"] = graph.scores(asked.tensors["x"]).contiguous()
        except AtlasError as problem:
            told["problem"] = str(problem)
        except MemoryError:
            told["problem"] = _GONE
        _send(sink, checkpoint_bytes(tensors, told))


if __name__ == "__main__":
    main()
