"""Classifiers that people bring as ONNX: those that run, and one sentence for each that may not."""

import random
from collections.abc import Callable
from typing import Any, cast

import numpy as np
import onnx
import pytest
import torch
from onnx import TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator
from torch import Tensor, nn

from tests.onnx_graphs import SHAPE, linear, network, weights
from vae_core.errors import AtlasError
from vae_core.evaluation import OnnxClassifier, OnnxGraph, judged
from vae_core.evaluation.onnx_classifier import names_for, onnx_digest

IMAGES = torch.rand(7, *SHAPE, generator=torch.Generator().manual_seed(0))


def test_a_convolutional_network_gives_what_pytorch_gives() -> None:
    torch.manual_seed(0)
    conv, dense = nn.Conv2d(1, 4, 3, stride=2, padding=1), nn.Linear(4 * 2 * 2, 3)
    module = nn.Sequential(conv, nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), dense)
    nodes = [
        helper.make_node("Conv", ["x", "w", "b"], ["a"], pads=[1] * 4, strides=[2, 2]),
        helper.make_node("Relu", ["a"], ["r"]),
        helper.make_node("MaxPool", ["r"], ["m"], kernel_shape=[2, 2], strides=[2, 2]),
        helper.make_node("Flatten", ["m"], ["f"]),
        helper.make_node("Gemm", ["f", "v", "c"], ["y"], transB=1),
    ]
    given = zip("wbvc", (*conv.parameters(), *dense.parameters()), strict=True)
    initial = [numpy_helper.from_array(each.detach().numpy(), name) for name, each in given]
    graph = OnnxGraph(network(nodes, initial), SHAPE)
    with torch.no_grad():
        assert torch.allclose(graph.scores(IMAGES), module(IMAGES), atol=1e-6)


@pytest.mark.parametrize(
    "attributes",
    [
        {"pads": [1, 1, 1, 1]},
        {"pads": [0, 1, 2, 1]},
        {"auto_pad": "SAME_UPPER", "strides": [2, 2]},
        {"ceil_mode": 1, "strides": [3, 3]},
        {"count_include_pad": 1, "pads": [1, 1, 1, 1]},
    ],
)
@pytest.mark.parametrize("kind", ["MaxPool", "AveragePool", "Conv"])
def test_operators_handed_to_pytorch_give_what_the_reference_gives(
    kind: str, attributes: dict[str, Any]
) -> None:
    if kind != "AveragePool":
        attributes = {k: v for k, v in attributes.items() if k != "count_include_pad"}
    if kind == "Conv":
        attributes = {k: v for k, v in attributes.items() if k != "ceil_mode"}
    inputs = ["x", "w"] if kind == "Conv" else ["x"]
    node = helper.make_node(kind, inputs, ["a"], kernel_shape=[3, 3], **attributes)
    nodes = [node, helper.make_node("Flatten", ["a"], ["y"])]
    initial = [weights("w", 2, 1, 3, 3)] if kind == "Conv" else []
    content = network(nodes, initial)
    plain = ReferenceEvaluator(onnx.load_model_from_string(content)).run(
        None, {"x": IMAGES.numpy()}
    )
    found = OnnxGraph(content, SHAPE).scores(IMAGES).numpy()
    np.testing.assert_allclose(found, cast("list[Any]", plain)[0], atol=1e-6)


def test_flattened_images_and_fixed_batches_are_served_as_the_graph_wants_them() -> None:
    any_number = OnnxGraph(linear(), SHAPE).scores(IMAGES)
    assert any_number.shape == (7, 3)
    for batch in (1, 3, 16):
        fixed = OnnxGraph(linear(batch=batch), SHAPE).scores(IMAGES)
        assert torch.allclose(fixed, any_number, atol=1e-6)


def test_probabilities_are_left_and_scores_become_such() -> None:
    def classifier(scores: Tensor) -> OnnxClassifier:
        names = names_for(scores.shape[1], ("a", "b", "c"))
        return OnnxClassifier("mine.onnx", onnx_digest(b""), names, lambda x: scores)

    p = torch.tensor([[0.2, 0.8], [0.5, 0.5]])
    assert torch.equal(classifier(p).probabilities(IMAGES), p)
    logits = torch.tensor([[1.0, -1.0, 0.0]])
    assert torch.allclose(classifier(logits).probabilities(IMAGES), logits.softmax(1))
    assert classifier(p).class_names == ("0", "1")
    assert judged(classifier(logits), IMAGES[:1]).classes.tolist() == [0]


def _node(kind: str, **attributes: Any) -> Callable[[], bytes]:
    node = helper.make_node(kind, ["x"], ["y"], **attributes)
    return lambda: network([node], [])


def _loop() -> bytes:
    body = helper.make_graph([], "body", [], [])
    return _node("If", then_branch=body, else_branch=body)()


def _hidden_branch() -> bytes:
    node = helper.make_node("Relu", ["x"], ["y"])
    node.attribute.append(helper.make_attribute("also", helper.make_graph([], "body", [], [])))
    return network([node], [])


def _elsewhere() -> bytes:
    tensor = weights("w", 64, 3)
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="../../etc/passwd")
    return linear(weight=tensor)


def _other_opset(version: int) -> Callable[[], bytes]:
    def made() -> bytes:
        model = onnx.load_model_from_string(linear())
        model.opset_import[0].version = version
        return model.SerializeToString()

    return made


def _whole_numbers() -> bytes:
    nodes = [
        helper.make_node("Cast", ["x"], ["f"], to=1),
        helper.make_node("Flatten", ["f"], ["y"]),
    ]
    return network(nodes, [], kind=TensorProto.INT64)


def _torn_weights() -> bytes:
    tensor = weights("w", 64, 3)
    tensor.raw_data = tensor.raw_data[:-4]
    return linear(weight=tensor)


REFUSED: list[tuple[str, Callable[[], bytes], str]] = [
    ("nothing", lambda: b"", "no ONNX file"),
    ("text", lambda: b"<html>" * 100, "no ONNX file"),
    ("cut short", lambda: linear()[:-9], "no ONNX file"),
    ("a loop", _loop, "It uses If, which"),
    ("a branch in an attribute", _hidden_branch, "graphs within its graph"),
    ("chance", _node("RandomNormalLike"), "It uses RandomNormalLike, which"),
    ("another's operator", _node("Relu", domain="com.microsoft"), "It uses com.microsoft.Relu"),
    ("markup", _node("<b>*x*</b>\x1b[2J"), "It uses <b>\\*x\\*</b>�\\[2J, which"),
    ("weights elsewhere", _elsewhere, "weights lie in another file"),
    ("too old", _other_opset(7), "another opset than 9 to 23"),
    ("from the future", _other_opset(99), "another opset than 9 to 23"),
    ("torn weights", _torn_weights, "ONNX's own checker refuses it"),
    ("a million operators", lambda: network([helper.make_node("Relu", ["x"], ["y"])] * 2001, []),
     "It has 2,001 operators"),
    ("other images", lambda: linear(pixels=784), "Its input is \\? × 784; images of this data set"),
    ("whole numbers", _whole_numbers, "no float32 tensor"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("make", "told"), [each[1:] for each in REFUSED], ids=[e[0] for e in REFUSED]
)
def test_what_is_no_classifier_is_refused_in_one_sentence(
    make: Callable[[], bytes], told: str
) -> None:
    with pytest.raises(AtlasError, match=told) as refused:
        OnnxGraph(make(), SHAPE)
    assert len(str(refused.value)) < 400
    assert str(refused.value).isprintable()


@pytest.mark.parametrize(
    ("last", "outputs", "told"),
    [
        (helper.make_node("Log", ["neg"], ["y"]), ("N", "K"), "not finite"),
        (helper.make_node("ReduceSum", ["neg"], ["y"], keepdims=0), (), "one number of 7 images"),
        (helper.make_node("ReduceMax", ["neg"], ["y"], axes=[1]), ("N", 1), "It knows 1 class;"),
        (helper.make_node("Expand", ["neg", "many"], ["y"]), ("A", "B", "C"), "more memory|fails"),
        (helper.make_node("Reshape", ["neg", "many"], ["y"]), ("A", "B", "C"), "It fails on"),
    ],
)
def test_what_gives_no_scores_is_told_so_when_it_runs(
    last: Any, outputs: tuple[int | str, ...], told: str
) -> None:
    nodes = [helper.make_node("Flatten", ["x"], ["f"]), helper.make_node("Neg", ["f"], ["neg"])]
    many = numpy_helper.from_array(np.array([2**40, 7, 64]), "many")
    graph = OnnxGraph(network([*nodes, last], [many], outputs=outputs), SHAPE)
    with pytest.raises(AtlasError, match=told):
        graph.scores(IMAGES)


def test_a_file_with_any_byte_changed_runs_or_is_refused() -> None:
    chance, sound = random.Random(0), linear()
    head = [at for at in range(len(sound)) if at < 60 or at > len(sound) - 80]
    for _ in range(150):
        changed = bytearray(sound)
        for _ in range(chance.randrange(1, 4)):
            changed[chance.choice(head)] = chance.randrange(256)
        try:
            found = OnnxGraph(bytes(changed), SHAPE).scores(IMAGES)
        except AtlasError:
            continue
        assert found.shape[0] == 7
