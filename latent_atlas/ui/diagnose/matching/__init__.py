"""Matching a target picture by turning sliders: the test of a code by hand."""
