"""``latent-atlas``: the command line (``--help`` lists the commands)."""

import sys

from latent_atlas.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
