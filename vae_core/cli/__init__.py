"""The command line, ``python -m vae_core``. What --json prints is a contract for scripts."""
