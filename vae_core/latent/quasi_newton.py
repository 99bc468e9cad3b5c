"""L-BFGS: minimises a smooth function of many numbers from its values and gradients.

Nocedal and Wright, "Numerical Optimization" (2nd ed.), algorithms 7.4 and 3.1. `torch.optim.LBFGS`
does the same, and the first optimiser that a process makes has PyTorch import its compiler: two to
five seconds, for which a person would wait who asked a page for one path.
"""

from collections import deque
from collections.abc import Callable

from torch import Tensor

# Steps remembered, from which the curvature is estimated.
_MEMORY = 20
_TRIES = 12
# Of the decrease that the slope promises, a step keeps at least this share (Armijo).
_SUFFICIENT = 1e-4
# Less than this share of the value is not worth another step: float32 has seven digits.
_WORTH = 1e-7


def minimised(
    function: Callable[[Tensor], tuple[float, Tensor]], start: Tensor, iterations: int
) -> Tensor:
    """Where ``function`` is lowest, or as low as so many iterations come.

    Args:
        function: gives its value and its gradient, of the shape of its argument.
        start: where to begin; left as it is.
        iterations: at most.

    Returns:
        A point whose value is at most that of ``start``.
    """
    at, (value, gradient) = start, function(start)
    known: deque[tuple[Tensor, Tensor]] = deque(maxlen=_MEMORY)
    for _ in range(iterations):
        direction = -_by_curvature(gradient, known)
        slope = float((gradient * direction).sum())
        if slope >= 0:
            break
        # Nothing is known of the curvature before the first step: it is a small one.
        size = 1.0 if known else min(1.0, 1.0 / float(gradient.abs().sum()))
        for _ in range(_TRIES):
            next_value, next_gradient = function(at + size * direction)
            if next_value <= value + _SUFFICIENT * size * slope:
                break
            # The lowest point of the parabola through what is known now.
            lowest = -slope * size**2 / (2 * (next_value - value - slope * size))
            size = min(max(lowest, 0.1 * size), 0.5 * size)
        else:
            break
        step, change = size * direction, next_gradient - gradient
        # Where the function bends downward the pair would spoil the estimate.
        if (step * change).sum() > 1e-10 * (change * change).sum():
            known.append((step, change))
        gain = value - next_value
        at, value, gradient = at + step, next_value, next_gradient
        if gain <= _WORTH * abs(value):
            break
    return at


def _by_curvature(gradient: Tensor, known: deque[tuple[Tensor, Tensor]]) -> Tensor:
    """The estimated inverse Hessian times the gradient: the two-loop recursion."""
    found, shares = gradient, []
    for step, change in reversed(known):
        shares.append((step * found).sum() / (step * change).sum())
        found = found - shares[-1] * change
    if known:
        step, change = known[-1]
        found = found * ((step * change).sum() / (change * change).sum())
    for (step, change), share in zip(known, reversed(shares), strict=True):
        found = found + (share - (change * found).sum() / (step * change).sum()) * step
    return found
