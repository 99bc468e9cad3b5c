"""What the views of the Diagnose page have in common."""


class Shown:
    """A view, whether it measures or hands over to a person: each says what the picker needs.

    That is its `name` in the address, its `label`, its `order` among the others, and what it
    `needs`: the abilities without which a model has nothing to show in it.
    """
