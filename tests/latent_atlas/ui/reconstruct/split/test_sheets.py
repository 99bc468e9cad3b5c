"""What the browser fetches of a split: only what it has not got yet, while it is being measured."""

import torch

from latent_atlas.ui.reconstruct.measure import Measurement
from latent_atlas.ui.reconstruct.measuring import Job
from latent_atlas.ui.reconstruct.split import sheets
from vae_core.checkpoint import read_checkpoint
from vae_core.evaluation import ImageBounds


def _measurement(count: int) -> Measurement:
    elbo = -torch.arange(1000.0)[:count]
    none = torch.zeros(count)
    places = torch.stack([elbo, none], 1)
    return Measurement(ImageBounds(elbo, none, -elbo, none[:, None]), 0.0, none, places, (0, 1))


def test_a_browser_gets_what_is_new_to_it_of_each_model() -> None:
    first: Job[Measurement] = Job("running", partial=_measurement(300))
    second: Job[Measurement] = Job("waiting")
    labels = torch.arange(1000) % 300
    sheet = sheets.Sheet("digits", [first, second], labels, 1000)
    name = sheets.put(["one", "two"], sheet)
    found = sheets.find(name)
    assert found is sheet
    told = read_checkpoint(sheet.content("100,0"))
    assert told.metadata == {"states": ["running", "waiting"], "images": 1000}
    assert torch.equal(told.tensors["cost0"], torch.arange(100.0, 300.0))
    assert told.tensors["places"].shape == (200, 2)
    assert torch.equal(told.tensors["labels"].int(), labels[100:300].int())
    assert len(told.tensors["cost1"]) == 0

    first.state, first.result = "finished", _measurement(1000)
    second.state, second.result = "finished", _measurement(1000)
    rest = read_checkpoint(sheet.content("300,0"))
    assert (len(rest.tensors["cost0"]), len(rest.tensors["cost1"])) == (700, 1000)
    assert rest.metadata["states"] == ["finished", "finished"]


def test_nonsense_in_the_address_is_as_if_nothing_was_there_yet() -> None:
    done: Job[Measurement] = Job("finished", result=_measurement(10))
    sheet = sheets.Sheet("digits", [done], None, 10)
    for have in ("", "x", "1e3", "-1", "9" * 40, "5,5,5"):
        told = read_checkpoint(sheet.content(have))
        assert len(told.tensors["cost0"]) == (5 if have.startswith("5") else 10)
    assert read_checkpoint(sheets.gone()).metadata["states"] == []
