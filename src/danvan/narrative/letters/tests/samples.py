"""A paper of each kind, as somebody might have entered it; all invented. Tests and the pictures in docs share it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, time

from danvan.narrative.letters import Letter, kind
from danvan.narrative.writing import Issuer, ReportData, Signer


@dataclass(frozen=True, slots=True)
class Sample:
    kind: str
    issuer: Issuer
    day: date
    number: int | None
    values: dict[str, object]
    topics: tuple[str, ...] = field(default=())
    bases: tuple[str, ...] = field(default=())

    def letter(self, figures: ReportData) -> Letter:
        """Of these figures; a commune has none of the province's."""
        data = replace(figures, issuer=self.issuer, date=self.day, number=self.number)
        if self.issuer is STATE:
            data = replace(data, unit="Xã Ba Bể", sections=())
        return Letter(kind(self.kind), data, self.values, self.topics, self.bases)


PARTY = Issuer(
    "Ban Tuyên giáo và Dân vận",
    "Tỉnh ủy Thái Nguyên",
    "BTGDVTU",
    "Thái Nguyên",
    Signer("Phó Trưởng ban", "deputy", "Trưởng ban"),
    ("Thường trực Tỉnh ủy (để báo cáo)", "Lãnh đạo Ban"),
)
STATE = Issuer(
    "Ủy ban nhân dân xã Ba Bể",
    "",
    "UBND",
    "Ba Bể",
    Signer("Chủ tịch", "collective", "Ủy ban nhân dân"),
    ("Thường trực Đảng ủy (để báo cáo)",),
    layout="state",
    author="government",
)
FRONT = Issuer(
    "Ủy ban MTTQ Việt Nam tỉnh Thái Nguyên",
    "Mặt trận Tổ quốc Việt Nam",
    "MTTQ-BTT",
    "Thái Nguyên",
    Signer("Phó Chủ tịch", "collective", "Ban Thường trực"),
    ("Ban Thường trực (để báo cáo)",),
    layout="front",
    author="front",
)
REVIEW = "Hội nghị sơ kết công tác dân vận quý III năm 2026"
PAPERS: dict[str, Sample] = {
    "invitation-state": Sample(
        "invitation",
        STATE,
        date(2026, 11, 20),
        45,
        {
            "meeting_kind": "commune_dialogue",
            "meeting": "Hội nghị trao đổi, đối thoại giữa Ủy ban nhân dân xã với Nhân dân năm 2026",
            "day": date(2026, 12, 4),
            "time": time(8, 0),
            "venue": "Nhà văn hóa xã Ba Bể",
            "chair": "Đồng chí Chủ tịch Ủy ban nhân dân xã",
            "guests": [
                "Thường trực Đảng ủy, Hội đồng nhân dân xã",
                "Ban Thường trực Ủy ban Mặt trận Tổ quốc Việt Nam xã",
                "Trưởng thôn và đại diện hộ gia đình các thôn",
            ],
            "agenda": [
                {"at": time(8, 0), "what": "Đón tiếp đại biểu", "who": "Văn phòng"},
                {
                    "at": time(8, 15),
                    "what": "Báo cáo kết quả giải quyết kiến nghị kỳ trước",
                    "who": "Ủy ban nhân dân xã",
                },
                {"at": time(8, 45), "what": "Nhân dân phát biểu, chính quyền trả lời", "who": "người chủ trì"},
            ],
        },
        (),
        (),
    ),
    "conclusion-party": Sample(
        "conclusion",
        PARTY,
        date(2026, 10, 8),
        12,
        {
            "meeting_kind": "review",
            "meeting": REVIEW,
            "day": date(2026, 10, 6),
            "venue": "Hội trường Tỉnh ủy",
            "chair": "đồng chí Trưởng ban Tuyên giáo và Dân vận Tỉnh ủy",
            "attendance": "đại diện lãnh đạo Ủy ban Mặt trận Tổ quốc Việt Nam tỉnh và 92 xã, phường",
            "assessment": "Công tác dân vận quý III đạt kết quả tích cực; công tác nắm tình hình Nhân dân ở một số nơi "
            "chưa kịp thời.",
            "conclusions": [
                {
                    "unit": "Ban Xây dựng Đảng các xã, phường",
                    "what": "rà soát các mô hình “Dân vận khéo” đăng ký năm 2026, báo cáo kết quả thẩm định",
                    "others": "Ủy ban Mặt trận Tổ quốc Việt Nam cùng cấp",
                    "due": date(2026, 11, 20),
                },
                {
                    "unit": "Phòng Dân vận",
                    "what": "xây dựng kế hoạch kiểm tra việc đối thoại với Nhân dân",
                    "due": date(2026, 10, 30),
                },
            ],
        },
        ("reception", "dialogue", "models"),
        (),
    ),
    "submission-party": Sample(
        "submission",
        PARTY,
        date(2026, 10, 12),
        5,
        {
            "subject": "đề nghị khen thưởng phong trào thi đua “Dân vận khéo” năm 2026",
            "to": ["Thường trực Tỉnh ủy"],
            "reason": "Năm 2026, phong trào thi đua “Dân vận khéo” được các cấp ủy, chính quyền, Mặt trận, đoàn thể "
            "triển khai rộng khắp.",
            "proposals": [
                "Thường trực Tỉnh ủy đồng ý chủ trương khen thưởng các tập thể, cá nhân có thành tích xuất sắc",
                "Giao cơ quan thi đua, khen thưởng thẩm định hồ sơ",
            ],
        },
        ("models",),
        ("mobilisation_rules", "emulation"),
    ),
    "awards-front": Sample(
        "awards",
        FRONT,
        date(2026, 10, 12),
        None,
        {
            "purpose": "proposed",
            "occasion": "trong phong trào thi đua “Dân vận khéo” năm 2026",
            "goes_with": "Tờ trình số 05/TTr-MTTQ-BTT ngày 12 tháng 10 năm 2026",
            "collectives": [
                {
                    "name": "Xã A (minh họa)",
                    "merit": "Mô hình “Hiến đất mở đường”",
                    "award": "Bằng khen",
                },
                {
                    "name": "Thôn B (minh họa)",
                    "merit": "Mô hình “Biến rác thành tiền”",
                    "award": "Bằng khen",
                },
            ],
            "individuals": [
                {
                    "name": "Nguyễn Văn Ví Dụ",
                    "post": "Trưởng thôn B",
                    "merit": "Vận động hiến đất",
                    "award": "Bằng khen",
                },
            ],
        },
        ("models",),
        (),
    ),
    "letter-state": Sample(
        "letter",
        replace(STATE, body="Ủy ban nhân dân tỉnh Thái Nguyên", place="Thái Nguyên"),
        date(2026, 10, 2),
        1204,
        {
            "subject": "gửi báo cáo công tác dân vận chính quyền quý III năm 2026",
            "to": ["Ủy ban nhân dân các xã, phường", "Các sở, ban, ngành của tỉnh"],
            "reason": "Đã hết thời hạn gửi báo cáo công tác dân vận chính quyền quý III năm 2026.",
            "late": True,
            "requests": [
                {"what": "các đơn vị chưa gửi báo cáo hoàn thành việc nhập và gửi số liệu", "due": date(2026, 10, 7)},
                {"what": "các đơn vị đã gửi rà soát số liệu tiếp công dân, giải quyết đơn thư"},
            ],
        },
        (),
        (),
    ),
    "letter-party": Sample(
        "letter",
        PARTY,
        date(2026, 10, 2),
        87,
        {
            "subject": "phối hợp tổ chức đối thoại với Nhân dân",
            "to": ["Đảng ủy các xã, phường"],
            "reason": "Thực hiện chương trình công tác năm 2026, Ban Tuyên giáo và Dân vận Tỉnh ủy đề nghị phối hợp "
            "tổ chức đối thoại trực tiếp với Nhân dân.",
            "requests": [{"what": "mỗi xã, phường tổ chức ít nhất một cuộc đối thoại", "due": date(2026, 11, 30)}],
        },
        ("dialogue",),
        (),
    ),
    "press": Sample(
        "press",
        PARTY,
        date(2026, 10, 6),
        None,
        {
            "headline": "Thái Nguyên: hơn 2.000 mô hình “Dân vận khéo” lan tỏa trong cộng đồng",
            "lead": "Ngày 06/10, Ban Tuyên giáo và Dân vận Tỉnh ủy sơ kết công tác dân vận quý III năm 2026.",
            "story": "Nhiều mô hình được Nhân dân đồng tình, hưởng ứng và tự nguyện tham gia.",
            "source": "Ban Tuyên giáo và Dân vận Tỉnh ủy",
        },
        ("dialogue", "welfare", "models"),
        (),
    ),
}
