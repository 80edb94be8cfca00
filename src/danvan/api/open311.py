"""Open311 GeoReport v2 for reports of fact (phản ánh): services, requests, one request; JSON and XML.

A bridge for other systems, not the model of complaints and denunciations: these never pass here. What is read is what
units made public; a request read by its number shows state and days, its words only where they are public. The number
of a request is that of the register, never the code that its sender follows it by.

Specification: https://wiki.open311.org/GeoReport_v2
"""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import wraps
from typing import Any
from xml.etree import ElementTree as ET

from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from danvan.access import limits, scope
from danvan.api.actions import with_key
from danvan.api.models import Client
from danvan.casework import workflow
from danvan.casework.actions import citizens
from danvan.casework.errors import CaseError
from danvan.casework.models import Matter
from danvan.casework.public import names_of, place_of
from danvan.casework.vocabulary import choices
from danvan.units import queries as units

View = Callable[..., HttpResponse]
MOST = 1000  # requests in one answer
SPAN = dt.timedelta(days=90)
LONGEST = 4000  # characters of a description
POSTS = (600, dt.timedelta(minutes=1))  # of one program
TYPES = {"json": "application/json; charset=utf-8", "xml": "text/xml; charset=utf-8"}
STATUSES = ("open", "closed")


class Fault(Exception):  # noqa: N818 -- the specification's own word is error; this one has a status
    """What is wrong with a call: HTTP status, one sentence each."""

    def __init__(self, status: int, *said: str) -> None:
        super().__init__(" ".join(said))
        self.status, self.said = status, said


def call(view: View) -> View:
    """A call of the interface: no sign-in, one transaction in the system's scope, faults in the format asked for."""

    @csrf_exempt
    @login_not_required
    @wraps(view)
    def called(request: HttpRequest, fmt: str, **kwargs: Any) -> HttpResponse:
        try:
            with transaction.atomic(), scope.system("open311"):
                return view(request, fmt, **kwargs)
        except Fault as fault:
            rows = [{"code": fault.status, "description": said} for said in fault.said]
            return _answer(fmt, "errors", "error", rows, status=fault.status)

    return called


# Reading


@call
@require_safe
def discovery(request: HttpRequest, fmt: str) -> HttpResponse:
    base = request.build_absolute_uri("/open311/v2").rstrip("/")
    endpoint = {
        "specification": "http://wiki.open311.org/GeoReport_v2",
        "url": base,
        "changeset": "2026-11-30T00:00:00+07:00",
        "type": "production",
        "formats": ["text/xml", "application/json"],
    }
    whole = {
        "changeset": "2026-11-30T00:00:00+07:00",
        "contact": request.build_absolute_uri("/say/"),
        "key_service": request.build_absolute_uri("/open311/v2/discovery.xml"),
        "endpoints": [endpoint],
    }
    if fmt == "json":
        return _json(whole)
    root = ET.Element("discovery")
    for name in ("changeset", "contact", "key_service"):
        ET.SubElement(root, name).text = str(whole[name])
    one = ET.SubElement(ET.SubElement(root, "endpoints"), "endpoint")
    for name, value in endpoint.items():
        if isinstance(value, list):
            formats = ET.SubElement(one, name)
            for each in value:
                ET.SubElement(formats, "format").text = each
        else:
            ET.SubElement(one, name).text = str(value)
    return _xml(root)


@call
@require_safe
def services(request: HttpRequest, fmt: str) -> HttpResponse:
    """The fields that a report of fact can be about."""
    _jurisdiction(request.GET)
    return _answer(fmt, "services", "service", [_service(code, name) for code, name in choices("field_case")])


@call
@require_safe
def definition(request: HttpRequest, fmt: str, code: str) -> HttpResponse:
    _jurisdiction(request.GET)
    if code not in dict(choices("field_case")):
        raise Fault(404, f"service_code “{code}” not found")
    attribute = {
        "variable": True,
        "code": "hamlet",
        "datatype": "string",
        "required": False,
        "datatype_description": "",
        "order": 1,
        "description": "Thôn, tổ dân phố nơi xảy ra việc",
    }
    if fmt == "json":
        return _json({"service_code": code, "attributes": [attribute]})
    root = ET.Element("service_definition")
    ET.SubElement(root, "service_code").text = code
    _fill(ET.SubElement(ET.SubElement(root, "attributes"), "attribute"), attribute)
    return _xml(root)


@call
@require_http_methods(["GET", "HEAD", "POST"])
def requests(request: HttpRequest, fmt: str) -> HttpResponse:
    """GET lists what units made public, of 90 days and 1,000 at most; POST hands one in."""
    if request.method == "POST":
        return _hand_in(request, fmt)
    given = request.GET
    unit = _jurisdiction(given)
    rows = Matter.objects.filter(type="reflection", public=True, erased_on=None)
    if unit is not None:
        rows = rows.filter(unit__in=[version.unit_id for version in units.subtree(unit, timezone.localdate())])
    if numbers := given.get("service_request_id"):
        wanted = Q(pk__in=[])
        for one in numbers.split(",")[:MOST]:
            wanted |= _number(one.strip())
        rows = rows.filter(wanted)
    else:
        rows = _filtered(rows, given)
    rows = rows.order_by("-pk")[:MOST]
    return _answer(fmt, "service_requests", "request", _told(list(rows)))


@call
@require_safe
def request_(request: HttpRequest, fmt: str, number: str) -> HttpResponse:
    """One request by its number; its words only where they are public."""
    _jurisdiction(request.GET)
    found = Matter.objects.filter(_number(number), type="reflection").first()
    if found is None:
        raise Fault(404, f"service_request_id “{number}” not found")
    return _answer(fmt, "service_requests", "request", _told([found]))


@call
@require_safe
def token(_request: HttpRequest, fmt: str, number: str) -> HttpResponse:
    """Numbers are given at once; a token is the number itself."""
    found = Matter.objects.filter(_number(number), type="reflection").first()
    if found is None:
        raise Fault(404, f"token “{number}” not found")
    return _answer(fmt, "service_requests", "request", [{"service_request_id": number_of(found), "token": number}])


# Handing in


def _hand_in(request: HttpRequest, fmt: str) -> HttpResponse:
    given = request.POST
    client = with_key(given.get("api_key", ""))
    if client is None:
        raise Fault(403, "api_key is missing or not valid")
    if not limits.allow("open311", str(client.pk), most=POSTS[0], within=POSTS[1]):
        raise Fault(400, "too many requests, try again in a minute")
    matter = _take_in(given, client)
    row = {"service_request_id": number_of(matter), "service_notice": _notice(matter), "account_id": None}
    return _answer(fmt, "service_requests", "request", [row], status=201)


def _take_in(given: Mapping[str, str], client: Client) -> Matter:
    wrong = []
    code = given.get("service_code", "")
    if not code:
        wrong.append("service_code was not provided")
    elif code not in dict(choices("field_case")):
        raise Fault(404, f"service_code “{code}” not found")
    lat, long = given.get("lat", ""), given.get("long", "")
    if not ((lat and long) or given.get("address_string") or given.get("address_id")):
        wrong.append("a location is needed: lat and long, address_string, or address_id")
    elif bool(lat) != bool(long):
        wrong.append("lat and long belong together")
    description = given.get("description", "").strip()
    if not description:
        wrong.append("description was not provided")
    elif len(description) > LONGEST:
        wrong.append(f"description has more than {LONGEST} characters")
    unit = _jurisdiction(given) or client.unit_id
    within = {version.unit_id for version in units.subtree(client.unit_id, timezone.localdate())}
    if unit not in within:
        wrong.append("jurisdiction_id lies outside of what this api_key may write to")
    if wrong:
        raise Fault(400, *wrong)
    name = " ".join(filter(None, (given.get("last_name", ""), given.get("first_name", ""))))
    try:
        matter = citizens.say(
            unit=unit,
            matter_type="reflection",
            text=description,
            place=", ".join(filter(None, (given.get("attribute[hamlet]", ""), given.get("address_string", "")))),
            person={"name": name, "phone": given.get("phone", ""), "email": given.get("email", "")},
            latitude=_degrees(lat, 90, "lat"),
            longitude=_degrees(long, 180, "long"),
            key=_key(given, client),
            field=code,
        )
    except CaseError as error:
        raise Fault(400, *error.fields.values()) from error
    return matter


def _key(given: Mapping[str, str], client: Client) -> uuid.UUID | None:
    """A sender that gives its own number for a request may send it again."""
    own = given.get("account_id", "")
    return uuid.uuid5(uuid.NAMESPACE_URL, f"open311:{client.pk}:{own}") if own else None


# Parts


def number_of(matter: Matter) -> str:
    """Origin, year, number in its register."""
    return f"{matter.origin_id}-{matter.book_year}-{matter.book_number}"


def _number(said: str) -> Q:
    parts = said.split("-")
    if len(parts) != 3 or not all(part.isdecimal() and len(part) < 10 for part in parts):
        return Q(pk__in=[])
    return Q(origin=int(parts[0]), book_year=min(int(parts[1]), 9999), book_number=int(parts[2]))


def _service(code: str, name: str) -> dict[str, Any]:
    return {
        "service_code": code,
        "service_name": name.capitalize(),
        "description": f"Phản ánh về {name}",
        "metadata": True,
        "type": "realtime",
        "keywords": name,
        "group": "Phản ánh",
    }


def _told(found: list[Matter]) -> Iterator[dict[str, Any]]:
    names, fields, table = names_of(one.unit_id for one in found), dict(choices("field_case")), workflow.load()
    for one in found:
        closed = one.state == "closed"
        words = one.public_text if one.public else ""
        yield {
            "service_request_id": number_of(one),
            "status": "closed" if closed else "open",
            "status_notes": words or table.states[one.state].vi,
            "service_name": fields.get(one.field, fields["other"]).capitalize(),
            "service_code": one.field or "other",
            "description": one.title if one.public else None,
            "agency_responsible": names.get(one.unit_id),
            "service_notice": None,
            "requested_datetime": _moment(one.created_at),
            "updated_datetime": _moment(_end_of(one.closed_on)) if one.closed_on else _moment(one.created_at),
            "expected_datetime": _moment(_end_of(one.due)) if one.due else None,
            "address": one.place if one.public and one.place else None,
            "address_id": str(one.unit_id),
            "zipcode": None,
            "lat": one.latitude if one.public else None,
            "long": one.longitude if one.public else None,
            "media_url": None,
        }


def _notice(matter: Matter) -> str:
    return f"Đã vào sổ số {matter} của {place_of(matter.origin_id)}."


def _filtered(rows: Any, given: Mapping[str, str]) -> Any:
    if codes := given.get("service_code"):
        rows = rows.filter(field__in=codes.replace("\x00", "").split(","))
    if statuses := given.get("status"):
        wanted = set(statuses.split(","))
        if unknown := wanted - set(STATUSES):
            raise Fault(400, f"status must be open or closed, not {', '.join(sorted(unknown))}")
        if wanted == {"open"}:
            rows = rows.exclude(state="closed")
        elif wanted == {"closed"}:
            rows = rows.filter(state="closed")
    start, end = _when(given, "start_date"), _when(given, "end_date")
    end = end or (min(start + SPAN, timezone.now()) if start else timezone.now())
    start = start or end - SPAN
    if end < start:
        raise Fault(400, "end_date lies before start_date")
    if end - start > SPAN:
        raise Fault(400, "start_date and end_date lie more than 90 days apart")
    return rows.filter(created_at__gte=start, created_at__lte=end)


def _when(given: Mapping[str, str], name: str) -> dt.datetime | None:
    said = given.get(name, "")
    if not said:
        return None
    try:
        found = dt.datetime.fromisoformat(said.replace(" ", "+"))
    except ValueError:
        raise Fault(400, f"{name} must be as 2026-11-30T08:00:00+07:00") from None
    if found.tzinfo is None:
        found = timezone.make_aware(found)
    if not 2000 <= found.year <= 2100:
        raise Fault(400, f"{name} lies outside of 2000 to 2100")
    return found


def _jurisdiction(given: Mapping[str, str]) -> int | None:
    """The unit spoken to; an empty parameter is as none."""
    said = given.get("jurisdiction_id", "")
    if not said:
        return None
    if not said.isdecimal() or len(said) > 15 or not units.version_on(int(said), timezone.localdate()):
        raise Fault(404, f"jurisdiction_id “{said}” not found")
    return int(said)


def _degrees(said: str, most: int, name: str) -> float | None:
    if not said:
        return None
    try:
        value = float(said)
    except ValueError:
        raise Fault(400, f"{name} must be a number") from None
    if not -most <= value <= most:  # nan too
        raise Fault(400, f"{name} must lie between -{most} and {most}")
    return value


def _moment(at: dt.datetime) -> str:
    return timezone.localtime(at).isoformat(timespec="seconds")


def _end_of(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time(23, 59, 59)))


def _answer(fmt: str, root: str, element: str, rows: Iterable[Mapping[str, Any]], status: int = 200) -> HttpResponse:
    if fmt == "json":
        return _json(list(rows), status)
    whole = ET.Element(root)
    for row in rows:
        _fill(ET.SubElement(whole, element), row)
    return _xml(whole, status)


def _fill(into: ET.Element, row: Mapping[str, Any]) -> None:
    for name, value in row.items():
        said = str(value).lower() if isinstance(value, bool) else "" if value is None else str(value)
        ET.SubElement(into, name).text = "".join(c for c in said if c >= " " or c in "\t\n\r")


def _json(whole: Any, status: int = 200) -> HttpResponse:
    return HttpResponse(json.dumps(whole, ensure_ascii=False), content_type=TYPES["json"], status=status)


def _xml(root: ET.Element, status: int = 200) -> HttpResponse:
    content = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return HttpResponse(content, content_type=TYPES["xml"], status=status)
