"""How pictures of one's own are made into images: options that several commands share."""

import argparse

from latent_atlas.cli.options import image_size

# As in the core, which is not imported for the sake of a quick --help; a test holds them alike.
LEVELS = ("0-1", "-1-1", "0-16", "8-bit", "10-bit", "12-bit", "16-bit")
FITS, GROUNDS, COLOURS, PARTS = ("crop", "pad"), ("white", "black"), ("grey", "rgb"), ("own", "new")
# Each option with what it is when nobody gives it.
DEFAULTS: dict[str, object] = {
    "size": None,
    "colour": None,
    "fit": None,
    "levels": None,
    "ground": None,
    "invert": False,
    "parts": None,
    "leave_out_unreadable": False,
    "label": None,
}


def add_picture_options(parser: argparse.ArgumentParser) -> None:
    """Size, colour, levels and the like."""
    own = parser.add_argument_group("your own pictures")
    own.add_argument("--size", type=image_size, metavar="HxW", help="of the images, such as 64x64")
    own.add_argument("--colour", choices=COLOURS, help="default: as the pictures are")
    own.add_argument("--fit", choices=FITS, help="default: crop photographs, pad drawings")
    own.add_argument(
        "--levels", choices=LEVELS, help="which numbers are black and white; default: as they lie"
    )
    own.add_argument(
        "--ground", choices=GROUNDS, help="below transparency; default: what contrasts with the ink"
    )
    own.add_argument("--invert", action="store_true", help="swap black and white")
    own.add_argument(
        "--parts",
        choices=PARTS,
        help="keep the train and test parts of the source, or draw new ones; default: keep",
    )
    own.add_argument(
        "--leave-out-unreadable",
        action="store_true",
        help="leave out pictures that cannot be read, instead of refusing all",
    )
    own.add_argument(
        "--label",
        metavar="COLUMN",
        help="whose classes count, of several columns of labels; all are kept; default: the first "
        "that is called so",
    )


def given_for_pictures(args: argparse.Namespace) -> list[str]:
    """The options among these that somebody gave, as they are typed."""
    return [
        f"--{name.replace('_', '-')}"
        for name, default in DEFAULTS.items()
        if getattr(args, name, default) != default
    ]
