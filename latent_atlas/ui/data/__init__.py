"""What the Data page is made of: the datasets that are here, those that are not, and one's own."""
