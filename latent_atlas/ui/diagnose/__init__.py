"""The page that measures what ails a model: a view for each weakness."""
