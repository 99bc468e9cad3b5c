"""Models held against each other, to take away: a record of numbers, CSV, PNG, HTML and PDF."""
