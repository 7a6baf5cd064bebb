"""What the API answers about addresses, as schemas."""

from typing import Literal

from api.representing import Representation


class AddressChoice(Representation):
    """A region that may be chosen: `value` is taken as the region, as is any of its `names`."""

    value: str
    names: list[str]


class AddressField(Representation):
    """A field of a form; `label` is what it is called there: a `zip`, a `county`.

    `pattern` is that of the whole postcode in its usual spelling, for a hint to whoever types: case, blanks, hyphens
    and the country's sign before it do not matter. Where there are `choices` and the field is required, it has to be
    one of them.
    """

    name: Literal["street", "city", "postcode", "region"]
    label: str
    required: bool
    max_length: int
    max_lines: int
    pattern: str | None
    example: str | None
    choices: list[AddressChoice]


class AddressFormat(Representation):
    """How addresses are written in a country (ISO 3166-1): the fields of a form, from top to bottom.

    Each of `max_lines` lines has at most `max_length` characters. What is not among the fields is not asked for.
    """

    object: Literal["address_format"]
    country: str
    fields: list[AddressField]
