"""``python -m vae_core`` was the command line once; it says what to type now."""

import shlex
import sys


def main() -> int:
    """One sentence to standard error; returns exit status 2."""
    words = shlex.join(sys.argv[1:]) or "--help"
    print(f"The command line has moved: type latent-atlas {words}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
