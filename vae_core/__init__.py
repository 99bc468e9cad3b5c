"""Variational autoencoders to look inside: data, models, training, evaluation, runs."""
