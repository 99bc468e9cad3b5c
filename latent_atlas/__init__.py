"""Latent Atlas: the product around ``vae_core``: what is installed, typed and drawn."""
