"""How measured numbers are written for people."""


def number_text(value: float) -> str:
    """`value` with three digits or more that count: 0.0123, 1.23, 123.4, 12,345, 1.23e+09."""
    size = abs(value)
    if size != 0 and not 1e-4 <= size < 1e8:
        text = f"{value:z.2e}"
    elif size >= 1000:
        text = f"{value:z,.0f}"
    elif size >= 100:
        text = f"{value:z.1f}"
    elif size >= 1 or size == 0:
        text = f"{value:z.2f}"
    else:
        text = f"{value:.3g}"
    return text.replace("-", "\u2212", 1) if value < 0 else text


def samples_text(samples: int) -> str:
    """A number of training samples: 1,000,000."""
    return f"{samples:,}"


def tick_text(value: float) -> str:
    """A number beside an axis, short: 0.5, 250, 20k, 10M."""
    for size, letter in ((1e9, "B"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= 10 * size or (abs(value) >= size and letter != "k"):
            return f"{value / size:g}{letter}".replace("-", "\u2212")
    return f"{value:,g}".replace("-", "\u2212")
