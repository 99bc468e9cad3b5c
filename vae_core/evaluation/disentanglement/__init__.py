"""Whether each latent dimension says one thing, of images whose factors are known: four measures.

None of them needs more than codes [N, J], say the means of q(z|x), and the factors that the images
were drawn from. ``measures.disentanglement`` takes them all.
"""
