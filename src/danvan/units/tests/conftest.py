from __future__ import annotations

from danvan.access.tests.stage import staged
from danvan.units.tests.places import small_country

land = staged(small_country)
