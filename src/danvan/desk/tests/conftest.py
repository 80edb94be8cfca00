from __future__ import annotations

from danvan.access.tests.stage import staged
from danvan.desk.tests.cast import Map

small_map = staged(Map)
