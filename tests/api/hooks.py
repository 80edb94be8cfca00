"""Read by Schemathesis: half of the reports carry a key that may hand them in, to get behind the door."""

from __future__ import annotations

import os
from typing import Any

import schemathesis


@schemathesis.hook
def map_body(_context: Any, body: Any) -> Any:
    if isinstance(body, dict) and "service_code" in body and len(str(body)) % 2:
        return {**body, "api_key": os.environ["DANVAN_API_KEY"]}
    return body
