"""The Paper page: claim by claim, what the paper says and what was measured here."""
