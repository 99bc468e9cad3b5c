"""Somebody's graph in a child that has limits: what it gives, and what becomes of mischief."""

import numpy as np
import pytest
import torch
from onnx import helper, numpy_helper

from latent_atlas.ui.judges.onnx_process import onnx_process
from tests.onnx_graphs import SHAPE, linear, network
from vae_core.errors import AtlasError
from vae_core.evaluation import OnnxGraph


def test_a_child_gives_what_the_graph_gives_and_is_gone_afterwards() -> None:
    content, x = linear(), torch.rand(5, *SHAPE)
    with onnx_process(content, SHAPE) as process:
        assert torch.equal(process.scores(x), OnnxGraph(content, SHAPE).scores(x))
        assert process.scores(x[:2]).shape == (2, 3)
    with pytest.raises(AtlasError, match="was stopped"):
        process.scores(x)


def test_a_child_says_in_a_sentence_why_it_takes_no_graph() -> None:
    with pytest.raises(AtlasError, match="no ONNX file"), onnx_process(b"not a graph", SHAPE):
        pass


def test_a_graph_that_asks_for_all_of_the_memory_is_told_so_and_the_server_stands() -> None:
    nodes = [
        helper.make_node("Flatten", ["x"], ["f"]),
        helper.make_node("Tile", ["f", "many"], ["t"]),
        helper.make_node("ReduceMax", ["t"], ["y"], axes=[0], keepdims=1),
    ]
    many = numpy_helper.from_array(np.array([2**24, 1]), "many")
    refused = pytest.raises(AtlasError, match="memory")
    with onnx_process(network(nodes, [many]), SHAPE) as process, refused:
        process.scores(torch.rand(7, *SHAPE))
