"""One network of a model as an ``.onnx`` file, for programs that know nothing of PyTorch."""

from typing import Literal, get_args

from vae_core.models import SavedModel

Part = Literal["decoder", "encoder"]
PARTS: tuple[Part, ...] = get_args(Part)

# Of 2022: old enough for what people run, new enough for every operation here.
OPSET, IR_VERSION = 17, 8


def onnx_bytes(saved: SavedModel, part: Part) -> bytes:
    """One network as the content of an ``.onnx`` file; batches may have any size B.

    ``decoder``: input ``z`` [B, J], output ``mean`` [B, C, H, W], E[x|z] in (0, 1): what the app
    shows, under every likelihood. ``encoder``: input ``x`` [B, C, H, W] in [0, 1], outputs ``mu``
    and ``logvar`` [B, J] of q(z|x). All float32. ``metadata_props`` hold the architecture and the
    record of the training, each as JSON.
    """
    # Only here: it takes a quarter of a second, which nothing else in this room needs.
    import onnx

    from vae_core.export.onnx_graph import decoder_graph, encoder_graph

    graph = decoder_graph(saved.vae) if part == "decoder" else encoder_graph(saved.vae)
    model = onnx.helper.make_model(
        graph,
        producer_name="Latent Atlas",
        opset_imports=[onnx.helper.make_opsetid("", OPSET)],
        ir_version=IR_VERSION,
    )
    header = {
        "architecture": saved.vae.architecture.model_dump_json(),
        "training": saved.training.model_dump_json(exclude_none=True),
    }
    onnx.helper.set_model_props(model, header)
    onnx.checker.check_model(model, full_check=True)
    content: bytes = model.SerializeToString()
    return content
