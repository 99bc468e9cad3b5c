"""How counts are written for people."""


def samples_text(samples: int) -> str:
    """A number of training samples: 1,000,000."""
    return f"{samples:,}"


def tick_text(value: float) -> str:
    """A number beside an axis, short: 0.5, 250, 20k, 10M."""
    for size, letter in ((1e9, "B"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= 10 * size or (abs(value) >= size and letter != "k"):
            return f"{value / size:g}{letter}".replace("-", "\u2212")
    return f"{value:,g}".replace("-", "\u2212")
