"""The Runs page: all runs in one table, to find, order, name, remove and compare them."""
