"""What the program promises of its reliability, tried until something breaks or a number is full.

A module a campaign: `kills`, `servers`, `inputs`, `browsers`, `sessions`. `make torture` runs all
of them in half an hour and writes docs/reliability.md; `make test` runs the same on a few.
"""
