"""Whether units are dead: their ReLU is zero for every image, and so is their gradient.

Many are so in sound models, for images are nowhere below zero: up to 80% of a layer in those that
come with the program, and on digits a smaller learning rate leaves more alive and the bound worse.
What harms is a layer that is all but gone: there a third of the rate gains. ``MANY`` lies between.

No unit that was silent on n images is known to be silent on all. By the rule of three (Hanley &
Lippman-Hand 1983) it fires on fewer than 3/n of them, with 95 % certainty.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from vae_core.runs.doctor.case import Case
from vae_core.runs.doctor.probe import IMAGES, Probe
from vae_core.runs.doctor.rule import Rule, Verdict, slower, unknown
from vae_core.sentences import counted

MANY = 7 / 8  # of a layer's units
FEWEST = 30  # images: on fewer, silence says little

_RELUS = (torch.relu, torch.relu_, nn.functional.relu, Tensor.relu)


def _judge(case: Case) -> Verdict:
    if case.config.activation != "relu":
        return Verdict(
            "no",
            f"Its units are {case.config.activation}, which are never silent for good.",
            "Units that are ReLUs.",
        )
    probe = case.probe
    if probe is None or len(probe.x) < FEWEST or case.status.epoch < 1:
        return unknown(
            "Which units are dead cannot be said before one epoch, without a checkpoint, or "
            f"without {FEWEST} images that it learns from.",
            "One epoch of a VAE with an encoder that learns, and its data.",
        )
    fires = firing(probe)
    if not fires:
        return unknown("It has no hidden layer.", "A hidden layer.")
    silent = {layer: 1 - float(each.float().mean()) for layer, each in fires.items()}
    worst = max(silent, key=lambda layer: silent[layer])
    dead, units = int((~fires[worst]).sum()), len(fires[worst])
    images = len(probe.x)
    evidence = {"dead": float(dead), "units": float(units), "images": float(images)}
    seen = counted(images, "image")
    told = f" {counted(units, 'unit')} in {worst} {dead:,} never fired on {seen}"
    sure = f"95% certain: each fires on fewer than {3 / images:z.1%} of them"
    if silent[worst] >= MANY:
        return Verdict(
            "yes",
            f"Of{told} ({sure}): they are dead, and {_left(units - dead)}.",
            f"In each layer fewer than {MANY:z.1%} of the units that never fire.",
            evidence,
            slower(case, "A third of the step size throws fewer units to where they die.", by=3),
        )
    return Verdict(
        "no",
        f"No layer is all but dead: of{told} ({sure}).",
        f"A layer in which {MANY:z.1%} of the units or more never fire.",
        evidence,
    )


def _left(alive: int) -> str:
    return f"the layer works as one of {alive:,}" if alive else "no image gets through the layer"


@torch.inference_mode()
def firing(probe: Probe) -> dict[str, Tensor]:
    """Which units of each hidden layer fire on any image, by the layer's name. Bool [units].

    A unit of a convolution is a channel. The decoder is given a draw of each image's code, as in
    training.
    """
    named = dict(probe.vae.named_modules())
    with _Relus(named) as relus:
        probe.vae.decode(probe.codes())
    return relus.fires


class _Relus(TorchFunctionMode):
    """Notes what every ReLU lets pass, under the name of the layer that was asked before it."""

    def __init__(self, modules: Mapping[str, nn.Module]) -> None:
        super().__init__()
        self.fires: dict[str, Tensor] = {}
        self._layer = ""
        leaves = {name: each for name, each in modules.items() if not [*each.children()]}
        self._hooks = [
            each.register_forward_hook(self._passed(name)) for name, each in leaves.items()
        ]

    def __exit__(self, *args: Any) -> None:  # noqa: ANN401  # as torch has it
        for hook in self._hooks:
            hook.remove()
        super().__exit__(*args)

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Sequence[type],
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:  # noqa: ANN401  # whatever the function gives
        found = func(*args, **(kwargs or {}))
        if func in _RELUS:
            fired = (found > 0).transpose(0, 1).flatten(1).any(1)
            self.fires[self._layer] = self.fires.get(self._layer, fired) | fired
        return found

    def _passed(self, name: str) -> Callable[..., None]:
        def note(*_: object) -> None:
            self._layer = name

        return note


RULE = Rule(
    name="dead_relus",
    order=60,
    question="Are units dead?",
    sentence="Units are zero for every image, so that no gradient brings them back.",
    tolerance=f"{MANY:z.1%} of a hidden layer's units or more that fire on none of up to "
    f"{IMAGES} training images",
    judge=_judge,
    reads="model",
)
