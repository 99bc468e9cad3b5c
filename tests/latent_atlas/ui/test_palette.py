from latent_atlas.ui.palette import CLASS_COLOURS, COLOURS, PLANE_SURFACE, UNCLASSED


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2 defines it."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_every_class_has_a_contrast_of_three_to_one_on_the_plane() -> None:
    surface = luminance(PLANE_SURFACE)
    for colour in (*CLASS_COLOURS, UNCLASSED):
        assert (luminance(colour) + 0.05) / (surface + 0.05) >= 3, colour


def test_no_two_colours_are_one_and_those_of_the_first_forty_classes_are_told_apart() -> None:
    assert len(set(CLASS_COLOURS)) == COLOURS
    channels = [[int(colour[i : i + 2], 16) for i in (1, 3, 5)] for colour in CLASS_COLOURS[:40]]
    for k, one in enumerate(channels):
        for other in channels[:k]:
            assert sum(abs(a - b) for a, b in zip(one, other, strict=True)) > 24, (one, other)
