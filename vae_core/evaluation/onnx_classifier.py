"""A classifier that somebody brings as an ``.onnx`` file, and what is asked of such a file.

Nothing in a file is trusted: it may be no protobuf, ask for endless loops or all of the memory, and
what reads it is C++. ``OnnxGraph`` therefore belongs into a process of its own that has limits
(this module starts none); ``OnnxClassifier`` is given a function that runs it there.
"""

import hashlib
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, cast

import numpy as np
import torch
from torch import Tensor

from vae_core.errors import AtlasError
from vae_core.numerals import size
from vae_core.sentences import counted, listed, plain, why

if TYPE_CHECKING:  # onnx takes a quarter of a second, which only who runs a graph has to spend
    from onnx import GraphProto, ModelProto, NodeProto, TensorProto
    from onnx.reference import ReferenceEvaluator

LARGEST_MB = 64
MOST_CLASSES, MOST_NODES, MOST_AT_ONCE = 1000, 2000, 4096
_USUAL_AT_ONCE = 500  # images, where a graph takes any number
OPSETS = (9, 23)

# What networks that look at pictures are made of: nothing that repeats, branches, draws or reads.
_OPERATORS = """
    Abs Add AveragePool BatchNormalization Cast Ceil Clip Concat Constant ConstantOfShape Conv Div
    Dropout Elu Equal Erf Exp Expand Flatten Floor Gather Gelu Gemm GlobalAveragePool GlobalMaxPool
    Greater GroupNormalization HardSigmoid HardSwish Identity InstanceNormalization
    LayerNormalization LeakyRelu Less Log LogSoftmax MatMul Max MaxPool Min Mish Mul Neg PRelu Pad
    Pow Reciprocal ReduceMax ReduceMean ReduceMin ReduceSum Relu Reshape Selu Shape Sigmoid Sign
    Slice Softmax Softplus Softsign Split Sqrt Squeeze Sub Sum Tanh ThresholdedRelu Tile Transpose
    Unsqueeze Where
"""
OPERATORS = frozenset(_OPERATORS.split())

Scores = Callable[[Tensor], Tensor]


@dataclass(frozen=True, eq=False)
class OnnxClassifier:
    """A classifier of somebody's own.

    Attributes:
        name: of its file, as it was called.
        digest: SHA-256 of its file.
        class_names: one for each of its outputs.
        scores: runs its graph: float [B, C, H, W] in [0, 1] → float [B, K].
    """

    name: str
    digest: str
    class_names: tuple[str, ...]
    scores: Scores

    def probabilities(self, x: Tensor) -> Tensor:
        """Images float [B, C, H, W] in [0, 1] → float32 [B, K], each row summing to 1."""
        return as_probabilities(self.scores(x))


def as_probabilities(scores: Tensor) -> Tensor:
    """Scores [B, K] as probabilities: as they are where each row is of such, else their softmax."""
    sums = scores.sum(1)
    if bool((scores >= 0).all()) and torch.allclose(sums, torch.ones_like(sums), atol=1e-3):
        return (scores / sums[:, None]).float()
    return scores.float().softmax(1)


def onnx_digest(content: bytes) -> str:
    """SHA-256 of an ``.onnx`` file."""
    return hashlib.sha256(content).hexdigest()


def names_for(classes: int, of_data: tuple[str, ...]) -> tuple[str, ...]:
    """The classes of the data where there are as many, else numbers from 0."""
    return of_data if len(of_data) == classes else tuple(map(str, range(classes)))


class OnnxGraph:
    """The graph of an ``.onnx`` file, for images of one shape.

    Args:
        content: the file.
        image_shape: (C, H, W).

    Raises:
        AtlasError: the file is none that can be run here, in one sentence.
    """

    def __init__(self, content: bytes, image_shape: tuple[int, int, int]) -> None:
        if len(content) > LARGEST_MB * 2**20:
            raise AtlasError(
                f"It has {len(content) / 2**20:z,.0f} MB; a classifier has up to {LARGEST_MB} MB."
            )
        self.image_shape = image_shape
        self._model = _checked(content)
        self._input, self._at_once, self._flat = _input_of(self._model, image_shape)

    @cached_property
    def _evaluator(self) -> "ReferenceEvaluator":
        from onnx.reference import ReferenceEvaluator

        from vae_core.evaluation.onnx_operators import FAST

        return ReferenceEvaluator(self._model, new_ops=list(FAST))

    def scores(self, x: Tensor) -> Tensor:
        """Images float [B, C, H, W] in [0, 1] → what the graph makes of them, float [B, K].

        Raises:
            AtlasError: it fails on them, or gives what are no scores of classes.
        """
        at_once = self._at_once or _USUAL_AT_ONCE
        found = [self._part(chunk, at_once) for chunk in x.float().split(at_once)]
        return torch.cat(found)

    def _part(self, x: Tensor, at_once: int) -> Tensor:
        count = len(x)
        if self._at_once and count < at_once:  # it takes so many at once and no fewer
            x = torch.cat([x, torch.zeros(at_once - count, *x.shape[1:])])
        given = (x.flatten(1) if self._flat else x).numpy()
        try:
            with np.errstate(all="ignore"):
                found = self._evaluator.run(None, {self._input: given})
            first = cast("list[object]", found)[0]
        except MemoryError as error:
            raise AtlasError("It asks for more memory than a classifier gets here.") from error
        except Exception as error:  # the reference raises whatever NumPy does
            raise AtlasError(f"It fails on images of this data set: {why(error)}") from error
        return _as_scores(first, len(x))[:count]


def _as_scores(found: object, images: int) -> Tensor:
    array = np.asarray(found)
    if array.ndim != 2 or len(array) != images or array.dtype.kind != "f":
        shape = " × ".join(map(str, array.shape)) or "one number"
        raise AtlasError(
            f"It gives {shape} of {counted(images, 'image')}; a classifier gives a score to each "
            "class, [N, K] in floating point."
        )
    if not 2 <= array.shape[1] <= MOST_CLASSES:
        raise AtlasError(
            f"It knows {counted(array.shape[1], 'class', 'classes')}; a classifier has 2 to "
            f"{MOST_CLASSES:,}."
        )
    if not np.isfinite(array).all():
        raise AtlasError("It gives numbers that are not finite (NaN or infinity) for some images.")
    return torch.from_numpy(array.astype(np.float32))


def _checked(content: bytes) -> "ModelProto":
    """The model in an ``.onnx`` file, once all that can be known without running it is."""
    import onnx

    try:
        model = onnx.load_model_from_string(content)
    except Exception as error:  # protobuf's own
        raise AtlasError("It is no ONNX file, or a damaged one.") from error
    graph = model.graph
    if not graph.node:
        raise AtlasError("It is no ONNX file, or one without a network in it.")
    if len(graph.node) > MOST_NODES:
        raise AtlasError(
            f"It has {len(graph.node):,} operators; a classifier has up to {MOST_NODES:,}."
        )
    _check_operators(model)
    if any(_is_elsewhere(each) for each in _tensors(graph)):
        raise AtlasError(
            "Its weights lie in another file: save it as one file, with its weights inside."
        )
    try:
        onnx.checker.check_model(model, full_check=True)
    except MemoryError as error:
        raise AtlasError("It asks for more memory than a classifier gets here.") from error
    except Exception as error:  # several types, of the checker and of shape inference
        raise AtlasError(f"ONNX's own checker refuses it: {why(error)}") from error
    return model


def _check_operators(model: "ModelProto") -> None:
    domains = {each.domain: each.version for each in model.opset_import}
    low, high = OPSETS
    if not low <= domains.get("", domains.get("ai.onnx", 0)) <= high:
        raise AtlasError(f"It is written for another opset than {low} to {high}: export it anew.")
    nodes = model.graph.node
    strange = {_called(each) for each in nodes} - OPERATORS
    if strange or len(model.functions):
        told = _some(strange) if strange else "functions of its own"
        raise AtlasError(f"It uses {told}, which a classifier may not here.")
    if any(each.HasField("g") or len(each.graphs) for n in nodes for each in n.attribute):
        raise AtlasError("It has graphs within its graph, which a classifier may not here.")
    if len(model.graph.sparse_initializer):
        raise AtlasError(
            "It has sparse weights, which are not read here: export it with plain ones."
        )


def _called(node: "NodeProto") -> str:
    """An operator's name, with its domain where that is another's. Bytes may stand for text."""
    domain, kind = (
        each.decode("utf-8", "replace") if isinstance(each, bytes) else str(each)
        for each in cast("tuple[object, ...]", (node.domain, node.op_type))
    )
    return kind if domain in ("", "ai.onnx") else f"{domain}.{kind}"


def _some(names: Iterable[str]) -> str:
    ordered = sorted(plain(name, 40) for name in names)
    more = [f"{len(ordered) - 3} more"] if len(ordered) > 4 else []
    return listed([*(ordered[:3] if more else ordered), *more])


def _tensors(graph: "GraphProto") -> Iterable["TensorProto"]:
    yield from graph.initializer
    for node in graph.node:
        for attribute in node.attribute:
            if attribute.HasField("t"):
                yield attribute.t
            yield from attribute.tensors


def _is_elsewhere(tensor: "TensorProto") -> bool:
    return bool(tensor.data_location) or len(tensor.external_data) > 0


def _input_of(model: "ModelProto", image_shape: tuple[int, int, int]) -> tuple[str, int, bool]:
    """The name of the one input, how many images it takes at once (0: any), whether flattened."""
    import onnx

    known = {each.name for each in model.graph.initializer}
    inputs = [each for each in model.graph.input if each.name not in known]
    if len(inputs) != 1:
        raise AtlasError(
            f"It has {counted(len(inputs), 'input')}; a classifier has one, the images."
        )
    kind = inputs[0].type.tensor_type
    if kind.elem_type != onnx.TensorProto.FLOAT:
        raise AtlasError("Its input is no float32 tensor; images come as float32 from 0 to 1.")
    given = [each.dim_value if each.HasField("dim_value") else 0 for each in kind.shape.dim]
    batch, *sides = given or [0]
    flat = len(sides) == 1
    wanted = [math.prod(image_shape)] if flat else list(image_shape)
    fits = len(sides) == len(wanted) and all(
        have in (0, want) for have, want in zip(sides, wanted, strict=True)
    )
    if not fits or not 0 <= batch <= MOST_AT_ONCE:
        has = " × ".join(str(each) if each else "?" for each in given) or "nothing"
        channels = counted(image_shape[0], "channel")
        raise AtlasError(
            f"Its input is {has}; images of this data set have {channels} of {size(image_shape)}, "
            f"so it would have to be [N, {', '.join(map(str, image_shape))}] or "
            f"[N, {math.prod(image_shape)}]."
        )
    return inputs[0].name, batch, flat
