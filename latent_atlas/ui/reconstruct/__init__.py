"""The parts of the Reconstruct page: numbers per image, their order, their ledger, the wall."""
