"""The command line, ``latent-atlas``. What --json prints is a contract for scripts."""
