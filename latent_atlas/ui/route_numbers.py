"""Whole numbers in the paths of routes: `{at:number}`."""

from starlette.convertors import IntegerConvertor, register_url_convertor


class _BoundedNumber(IntegerConvertor):
    """A path with more digits fits no route; Python refuses to read some thousands of them."""

    regex = "[0-9]{1,15}"


def register_numbers() -> None:
    """Let paths of routes that are made from now on say `{name:number}`."""
    register_url_convertor("number", _BoundedNumber())
