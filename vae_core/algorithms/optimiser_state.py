"""An optimiser's state as a flat dictionary of tensors, which safetensors can hold."""

from torch import Tensor
from torch.optim import Optimizer


def optimiser_state(optimiser: Optimizer) -> dict[str, Tensor]:
    """State tensors under "<parameter number>.<name>"; empty before the first step."""
    state = optimiser.state_dict()["state"]
    return {
        f"{number}.{name}": value
        for number, values in state.items()
        for name, value in values.items()
    }


def load_optimiser_state(optimiser: Optimizer, flat: dict[str, Tensor]) -> None:
    """Put the tensors back; the step size and other settings stay the optimiser's own."""
    state: dict[int, dict[str, Tensor]] = {}
    for key, value in flat.items():
        number, name = key.split(".", 1)
        state.setdefault(int(number), {})[name] = value
    optimiser.load_state_dict(
        {"state": state, "param_groups": optimiser.state_dict()["param_groups"]}
    )
