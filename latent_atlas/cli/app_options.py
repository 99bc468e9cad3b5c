"""The options of `app`."""

import argparse


def add_app(app: argparse.ArgumentParser) -> None:
    """Where to serve it."""
    app.add_argument("--port", type=int, metavar="N", help="default: 8501, or the next free one")
    app.add_argument(
        "--host",
        metavar="ADDRESS",
        help="default: 127.0.0.1, this machine alone; 0.0.0.0 is for everybody on the network",
    )
    app.add_argument(
        "--allow-host",
        action="append",
        metavar="NAME",
        help="a name or address under which others may reach it; may be given again. "
        "LATENT_ATLAS_HOSTS does the same",
    )
