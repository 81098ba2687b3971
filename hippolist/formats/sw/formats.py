"""How Swahili is written in Kenya and Tanzania (CLDR): as English there; Django itself knows no Swahili formats."""

from ..en.formats import *  # noqa: F403

YEAR_MONTH_FORMAT = "F Y"
DECIMAL_SEPARATOR = "."
THOUSAND_SEPARATOR = ","
NUMBER_GROUPING = 3
