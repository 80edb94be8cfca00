"""A register of known content: so many matters of communes and provinces since 1 July 2025, in Vietnamese.

Made once for each size and kept under var/bench-matters-<size>. Every row follows from its number. Rows are written by
SQL as the owner with the triggers away; what the triggers keep (words) is written by the expressions they use.
"""

from __future__ import annotations

import importlib
import os
from pathlib import Path
from typing import Any, NamedTuple

from bench.common import kept_database, log

PROVINCE = "19"  # Thái Nguyên
OFFICES = 30  # of a hundred matters, this many lie with the offices of the provinces
TABLES = ("casework_matter", "casework_act", "casework_identity", "casework_turn")
SUBJECTS = [
    *(
        "đèn đường",
        "mương tiêu nước",
        "đường bê tông liên xóm",
        "bãi rác tạm",
        "cầu dân sinh",
        "trạm bơm",
        "nhà văn hóa",
    ),
    *("thửa đất giáp ranh", "tiền bồi thường", "giấy chứng nhận quyền sử dụng đất", "khu tái định cư", "chợ phiên"),
    *("trợ cấp bảo trợ xã hội", "thẻ bảo hiểm y tế", "danh sách hộ cận nghèo", "quỹ vận động", "nước sinh hoạt"),
    *("mỏ đá", "trại chăn nuôi", "lò sấy gỗ", "đường dây điện", "lớp học mầm non", "bến xe buýt", "kênh N4", "đê bối"),
]
DEEDS = [
    *(
        "bị hỏng đã lâu",
        "chưa được sửa",
        "gây mùi hôi",
        "bị lấn chiếm",
        "chưa được chi trả",
        "bị thu hồi chưa rõ lý do",
    ),
    *("chưa được cấp", "bị ngập mỗi khi mưa", "gây ồn ban đêm", "ghi sai diện tích", "chưa công khai", "bị xét sót"),
    *("cấp chậm", "sụt lún sau bão", "chưa đúng quyết định", "bị đổ trộm phế thải", "không được trả lời"),
]
PLACES = [
    *("xóm Đông", "xóm Đoài", "thôn 5", "tổ dân phố 3", "bản Nà Sọc", "xóm Bãi", "thôn Tân Lập", "ấp Mỹ Hòa"),
    *("khu phố 4", "xóm Đồng Mây", "thôn Cầu Đá", "bản Khuổi Luông", "tổ 12", "thôn Phú Thọ", "xóm Mới", "ấp 7"),
]
ASKS = [
    "Đề nghị cơ quan có thẩm quyền kiểm tra, trả lời cho bà con được biết.",
    "Bà con đã nhiều lần nêu tại hội nghị tiếp xúc cử tri nhưng chưa thấy giải quyết.",
    "Kính mong lãnh đạo quan tâm, sớm có biện pháp khắc phục trước mùa mưa bão.",
    "Việc này ảnh hưởng đến việc đi lại, sản xuất và học hành của nhiều hộ trong xóm.",
    "Gia đình đã nộp đủ giấy tờ theo hướng dẫn của bộ phận một cửa từ quý trước.",
]


class Register(NamedTuple):
    """Ids of the country, of a province, and of one of its communes. made, size: as of Kept."""

    matters: int
    country: int
    province: int
    commune: int
    made: float
    size: int

    @property
    def said(self) -> str:
        return f"{self.matters:,} matters"


def open_register(matters: int) -> Register:
    """Django set up on the register's database, made first where it is not there yet. Once a process."""
    found, made, size = kept_database(f"matters-{matters}", Path(__file__), lambda: _make(matters))
    return Register(matters, found["country"], found["province"], found["commune"], made, size)


def _make(matters: int) -> dict[str, int]:
    from django.utils import timezone  # noqa: PLC0415 -- needs Django set up

    from danvan.access import scope  # noqa: PLC0415 -- needs Django set up
    from danvan.units import queries as units  # noqa: PLC0415 -- needs Django set up

    today = timezone.localdate()
    with scope.system("bench"):
        importlib.import_module("danvan.units.loading.load").load_map(by="bench")
        country = units.country(today).unit_id
        provinces = sorted(one.unit_id for one in units.children(country, today))
        communes = [node.unit_id for node in units.tree(country, today, ("commune",)) if node.level == "commune"]
        root = units.with_code(PROVINCE, today, "province")[0].unit_id
        commune = next(node.unit_id for node in units.tree(root, today, ("commune",)) if node.level == "commune")
    _write(matters, today, provinces, communes)
    return {"country": country, "province": root, "commune": commune}


def _write(matters: int, today: Any, provinces: list[int], communes: list[int]) -> None:
    import psycopg  # noqa: PLC0415 -- a database is not needed to import this

    given = {
        "matters": matters,
        "today": today,
        "offices": OFFICES,
        "provinces": provinces,
        "communes": communes,
        "subjects": SUBJECTS,
        "deeds": DEEDS,
        "places": PLACES,
        "asks": ASKS,
    }
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as owner:
        owner.execute("SET danvan.system = 'on'; SET maintenance_work_mem = '1GB'; SET synchronous_commit = off")
        for table in TABLES:
            owner.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY; ALTER TABLE {table} DISABLE TRIGGER USER")
        indexes = owner.execute(
            """SELECT c.relname, pg_get_indexdef(c.oid) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
               WHERE i.indrelid = ANY('{casework_words,casework_marks,casework_matter,casework_act}'::regclass[])
                 AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid)"""
        ).fetchall()
        for name, _definition in indexes:
            owner.execute(f'DROP INDEX "{name}"')
        for what, statement in (
            ("matters", _MATTERS),
            ("acts", _ACTS),
            ("visits", _TURNS),
            ("people", _PEOPLE),
            ("words", _WORDS),
        ):
            log(what)
            owner.execute(statement, given)
        log("indexes")
        for _name, definition in indexes:
            owner.execute(definition)
        for table in TABLES:
            owner.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY; ALTER TABLE {table} ENABLE TRIGGER USER")
            owner.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}")  # noqa: S608
        for table in (*TABLES, "casework_words", "casework_marks"):
            owner.execute(f"VACUUM (ANALYZE) {table}")


# One of 8 is open, one of 40 is open and late. What a matter says is drawn from its number by a hash.
_MATTERS = """
WITH drawn AS (
    SELECT n, hashint8(n) & 2147483647 AS h, hashint8(n + 1000000007) & 2147483647 AS g FROM generate_series(1,
        %(matters)s::bigint) n
), placed AS (
    SELECT *, CASE WHEN h %% 100 < %(offices)s THEN (%(provinces)s::bigint[])[1 + h / 100 %%
        cardinality(%(provinces)s::bigint[])]
        ELSE (%(communes)s::bigint[])[1 + h / 100 %% cardinality(%(communes)s::bigint[])] END AS unit,
        %(today)s::date - (g %% 500)::int AS day, g %% 8 = 0 AS open
    FROM drawn
)
INSERT INTO casework_matter (id, code, origin_id, unit_id, book_year, book_number, type, instance, state, resolution,
    received_on, channel, petition, signers, signer_count, field, eligible, ineligible_reason, competent, traits,
        title, text,
    place, area_id, due, due_rule, relation, public, public_text, classified_on, accepted_on, resolved_on,
        resolved_due, closed_on,
    changes, illustration, created_at)
SELECT n, translate(upper(substr(md5(n::text), 1, 16)), '0189', 'GHIJ'), unit, unit, extract(year FROM day), n,
    (ARRAY['recommendation', 'reflection', 'recommendation', 'reflection', 'complaint',
        'denunciation'])[1 + g / 8 %% 6], 'first',
    CASE WHEN open THEN 'accepted' ELSE 'closed' END, CASE WHEN open THEN '' ELSE 'answered' END,
    day, (ARRAY['in_person', 'post', 'web'])[1 + g / 50 %% 3], true, 'one', 1,
    (ARRAY['land', 'environment', 'construction', 'social_policy', ''])[1 + h / 7 %% 5], true, '', true, '{}',
    initcap(left(subject, 1)) || substr(subject, 2) || ' tại ' || place || ' ' || deed,
    format('%%s ở %%s %%s từ ngày %%s. %%s %%s', initcap(left(subject, 1)) || substr(subject, 2), place, deed,
        to_char(day - 40, 'DD/MM/YYYY'), (%(asks)s::text[])[1 + h %% 5], (%(asks)s::text[])[1 + h / 5 %% 5]),
    place, unit, CASE WHEN open THEN %(today)s::date + (g / 8 %% 50)::int - 10 END,
        CASE WHEN open THEN 'recommendation.answer' ELSE '' END,
    '', false, '', day, day, CASE WHEN NOT open THEN day + 20 END, CASE WHEN NOT open THEN day + 25 END,
    CASE WHEN NOT open THEN day + 20 END, 0, false, day
FROM placed CROSS JOIN LATERAL (SELECT
    (%(subjects)s::text[])[1 + h / 11 %% cardinality(%(subjects)s::text[])] AS subject,
    (%(deeds)s::text[])[1 + g / 13 %% cardinality(%(deeds)s::text[])] AS deed,
    (%(places)s::text[])[1 + h / 17 %% cardinality(%(places)s::text[])] AS place) said
"""
_ACTS = """
INSERT INTO casework_act (matter_id, number, kind, "on", at, by, unit_id, said, public)
SELECT id, k, (ARRAY['receive', 'classify', 'accept'])[k], received_on, created_at, 'bench', unit_id, '{}', true
FROM casework_matter CROSS JOIN generate_series(1, 3) k
"""
_TURNS = """
INSERT INTO casework_turn (unit_id, "on", mode, sitting, receiver, channel, persons, matter_id, repeat, said, by,
        at, illustration)
SELECT unit_id, received_on, 'regular', 'regular', 'reception_office', 'in_person', 1 + id %% 3, id, false, '',
        'bench', created_at, false
FROM casework_matter WHERE channel = 'in_person'
"""
# Nobody: a content of the usual length that no key opens.
_PEOPLE = """
WITH kept AS (
    INSERT INTO casework_identity (matter_id, sealed, key_id, content, marks, kept_at)
    SELECT id, type = 'denunciation', 'bench', decode(repeat(md5(id::text), 10), 'hex'),
        CASE WHEN type = 'denunciation' THEN '{}' ELSE ARRAY[md5('a' || id / 2), md5('b' || id / 3)] END, created_at
    FROM casework_matter RETURNING matter_id, marks
)
INSERT INTO casework_marks SELECT DISTINCT mark, matter_id FROM kept, unnest(marks) mark
"""
_WORDS = """
INSERT INTO casework_words
SELECT id, unit_id, to_tsvector('simple', concat_ws(' ', titled, casework_plain(place), said)),
    casework_numbers(unit_id, casework_pairs(titled)), casework_whole(said)
FROM casework_matter m
CROSS JOIN LATERAL (SELECT casework_plain(m.title) AS titled, casework_plain(m.text) AS said) p
"""
