"""Constructions of the language by which a figure is found and named, each in words of these tests' own."""

import pytest

from danvan.narrative.reading import read_text
from danvan.narrative.reading.tests.labelled import NONE, name_of

CASES = {
    "the parts in a bracket are what their whole is": (
        "Cuối kỳ còn 9 vụ việc (6 vụ khiếu nại, 3 vụ tố cáo) đang xác minh theo đơn thư.",
        [(9, "pet.pending_end"), (6, "pet.pending_end"), (3, "pet.pending_end")],
    ),
    "a state in a closed bracket is not that of the list behind it": (
        "Toàn xã đăng ký 50 mô hình Dân vận khéo (mới 20, duy trì 30): kinh tế 35, văn hóa - xã hội 15.",
        [
            (50, "mod.total"),
            (20, "mod.new"),
            (30, "mod.maintained"),
            (35, "mod.total[field=economy]"),
            (15, "mod.total[field=culture_society]"),
        ],
    ),
    "a figure goes on with the one before": (
        "Huyện tiếp 300 lượt công dân với 340 người, 210 vụ việc.",
        [(300, "rec.turns"), (340, "rec.persons"), (210, "rec.cases")],
    ),
    "people behind a delegation of many are those of the delegation": (
        "Trong quý, tiếp 4 đoàn đông người (67 người).",
        [(4, "rec.groups"), (67, "rec.group_persons")],
    ),
    "what is said behind the last of several awards is said of all": (
        "Có 33 mô hình được công nhận, 8 tập thể và 9 cá nhân được Chủ tịch UBND tỉnh tặng Bằng khen về Dân vận khéo.",
        [(33, "mod.recognized"), (8, "awd.collective"), (9, "awd.individual")],
    ),
    "a fraction behind planned figures keeps its two numbers together": (
        "Sẽ thăm 40 hộ, 3 thôn; đã giải quyết 22/29 vụ việc khiếu nại.",
        [(22, "pet.cases_resolved"), (29, "pet.cases")],
    ),
    "a text may begin with a fraction and end with a comma": (
        "22/29 vụ việc khiếu nại đã giải quyết,",
        [(22, "pet.cases_resolved"), (29, "pet.cases")],
    ),
    "numbers in the bracket of their whole need no noun": (
        "Lãnh đạo huyện tổ chức 7 cuộc đối thoại (04 với nông dân, 03 với thanh niên).",
        [(7, "dlg.sessions"), (4, "dlg.sessions"), (3, "dlg.sessions")],
    ),
    "the head of a list may have words of having behind it": (
        "Đoàn viên, hội viên hiện có: nông dân 812; phụ nữ 640; thanh niên 377.",
        [(812, "org.members_end"), (640, "org.members_end"), (377, "org.members_end")],
    ),
    "a part before its percentage counts what the whole counts": (
        "Số kiến nghị sau giám sát là 320, được tiếp thu 256, đạt 80%.",
        [(320, "sup.recs"), (256, "sup.recs_answered"), (80, "sup.answer_rate")],
    ),
    "a list by fields divides the count of the sentence before": (
        "Toàn huyện có 61 mô hình Dân vận khéo. Lĩnh vực: kinh tế 40; quốc phòng - an ninh 21.",
        [
            (61, "mod.total"),
            (40, "mod.total[field=economy]"),
            (21, "mod.total[field=defence_security]"),
        ],
    ),
    "a body has members": ("Hội Nông dân phường có 1.204 hội viên.", [(1204, "org.members_end")]),
    "who is given a gift is counted where the gifts are not": (
        "Dịp lễ, đoàn của tỉnh thăm, tặng quà 52 hộ ở vùng lũ.",
        [(52, "vis.gift_turns")],
    ),
    "where the gifts are counted the households are not": (
        "Dịp lễ, đoàn của tỉnh tặng 52 suất quà cho 52 hộ ở vùng lũ.",
        [(52, "vis.gift_turns"), (52, NONE)],
    ),
    "money is the value of what stands before it": (
        "Các hội dựng 5 căn nhà trị giá 350 triệu đồng và tặng 40 suất quà trị giá 20 triệu đồng.",
        [(5, NONE), (350_000_000, NONE), (40, "vis.gift_turns"), (20_000_000, "vis.gift_value")],
    ),
    "models of another kind are named by their own words": (
        "Phong trào Dân vận khéo lan rộng. Phường còn có 6 mô hình tổ tự quản, 4 mô hình quán ăn không khói thuốc.",
        [(6, NONE), (4, NONE)],
    ),
    "all that came in is received, also where it was answered": (
        "Trong tháng, phường tiếp nhận và trả lời 19 đơn.",
        [(19, "pet.received")],
    ),
    "what is left and waits for an answer is pending": (
        "Tại các cuộc đối thoại có 60 ý kiến, giải đáp 52 ý kiến, còn 8 ý kiến chờ tỉnh trả lời.",
        [(60, "dlg.opinions"), (52, "dlg.opinions_resolved"), (8, "dlg.opinions_pending_end")],
    ),
    "days of reception count": (
        "Bí thư Huyện ủy tiếp công dân định kỳ 11/12 ngày.",
        [(11, "rec.head_days"), (12, "rec.head_days_required")],
    ),
    "the same number of the same thing is the same fact": (
        "Đã giải quyết 361 vụ việc từ đơn thư. Phân tích 361 vụ việc cho thấy nhiều việc về đất đai.",
        [(361, "pet.cases_resolved"), (361, "pet.cases_resolved")],
    ),
    "a mean of each is no count of the whole": (
        "Xã mở 3 cuộc đối thoại, mỗi cuộc chừng 70 người.",
        [(3, "dlg.sessions"), (70, NONE)],
    ),
    "lengths glued to their unit count": ("Bà con làm 1.350m đường và khơi 12km mương.", [(1350, NONE), (12, NONE)]),
    "a name of the catalogue with the label of a part": (
        "- Số đoàn viên, hội viên cuối kỳ, Hội Nông dân: 46 người.\n- Số ngày tiếp công dân: 46 ngày.\n"
        "- Số ngày người đứng đầu phải tiếp theo quy định: 48 ngày.",
        [(46, "org.members_end"), (46, "rec.days"), (48, "rec.head_days_required")],
    ),
    "a number before là has its noun behind": (
        "Phong trào Dân vận khéo có 90 mô hình, trong đó 61 là mô hình tập thể, 29 là điển hình cá nhân.",
        [(90, "mod.total"), (61, "mod.collective"), (29, "mod.individual")],
    ),
    "a list without nouns divides the count of the sentence before": (
        "Huyện có 61 mô hình Dân vận khéo. Nếu xếp theo lĩnh vực: kinh tế 40, quốc phòng - an ninh 21.",
        [(61, "mod.total"), (40, "mod.total[field=economy]"), (21, "mod.total[field=defence_security]")],
    ),
    "the same count of another time stands in a bracket": (
        "Mô hình Dân vận khéo của khối chính quyền: 31 (năm 2018: 24).",
        [(31, "mod.total"), (24, "mod.total")],
    ),
    "states without a noun divide the whole before the colon": (
        "Đăng ký 44 mô hình Dân vận khéo: 16 mới, 28 duy trì.",
        [(44, "mod.total"), (16, "mod.new"), (28, "mod.maintained")],
    ),
    "money leaves its dong out behind a word of price": (
        "Trao 90 suất quà (mỗi suất 400.000), tổng trị giá 36 triệu.",
        [(90, "vis.gift_turns"), (400_000, NONE), (36_000_000, "vis.gift_value")],
    ),
    "turns and people with the noun once": (
        "Toàn tỉnh tiếp 284 lượt công dân/341 người; tiếp thường xuyên 181/226 người.",
        [(284, "rec.turns"), (341, "rec.persons"), (181, "rec.turns"), (226, "rec.persons")],
    ),
    "a heading speaks for its lines": (
        "3. Tuyên truyền, vận động\n- Họp ấp, tổ Nhân dân tự quản: 26 cuộc, 1.043 lượt người dự.",
        [(26, "prp.sessions"), (1043, "prp.attendance")],
    ),
    "a predicate tells what became of the thing": (
        "Trong các mô hình Dân vận khéo, 96 mô hình đã được các huyện khác học theo và nhân rộng.",
        [(96, "mod.replicated")],
    ),
    "what houses cost is no gift": (
        "Dịp Tết, Hội trao 60 suất quà; dựng 03 nhà nhân ái, 165 triệu đồng.",
        [(60, "vis.gift_turns"), (3, NONE), (165_000_000, NONE)],
    ),
    "papers of the one-stop desk are no petitions": (
        "Bộ phận một cửa tiếp nhận 28.640 hồ sơ, giải quyết đúng hạn 98%.",
        [(28640, NONE), (98, NONE)],
    ),
    "within competence, petitions and cases are two things": (
        "Thuộc thẩm quyền có 36 đơn; đã giải quyết 31/33 vụ việc thuộc thẩm quyền.",
        [(36, "pet.competent"), (31, "pet.cases_resolved"), (33, "pet.cases_competent")],
    ),
}

SILENT = {
    "a plan of a year": "Kế hoạch 2015: 70 buổi tuyên truyền, 30 mô hình.",
    "a year of the calendar of animals": "Tết Tân Sửu 2021 huyện rộn ràng.",
    "a number of a committee": "Ban Chỉ đạo 138 tỉnh đã họp.",
    "a rate of growth whose base is not counted": "Nhờ vậy số lượt tăng 11%, số người tăng 10,2%.",
    "a plan in a bracket": "Kết quả tốt hơn mọi năm (kế hoạch 5 lớp, 650 lượt).",
    "a rate beyond the plan": "Các quỹ đều thu vượt kế hoạch 10%.",
    "a wish of the coming year": "Sang năm, phường vận động 300 triệu đồng và lắp 12 camera.",
    "a request": "Các ngành được đề nghị chuẩn bị khoảng 3.000 suất quà nữa.",
    "a counter beside a date": "Thứ ba - 16/07/2024 07:20 - 1.482 lượt xem",
    "a counter before a date": "Lượt xem: 604 - Cập nhật lần cuối: 24/11/2016",
    "places with numbers": "Đoàn đã tới tổ 12 ấp 3.",
    "headlines of other reports": "Các tin khác:\nXã Lộc trao 120 suất quà\nMở lớp tập huấn cho 85 học viên",
}


@pytest.mark.parametrize("what", CASES)
def test_a_construction_names_its_figures(what):
    text, expected = CASES[what]
    assert [(float(r.value), name_of(r)) for r in read_text(text).readings] == expected


@pytest.mark.parametrize("what", SILENT)
def test_what_is_no_figure_is_not_read(what):
    assert [r.quote for r in read_text(SILENT[what]).readings] == []


def test_plans_go_on_below_the_headings_of_their_section():
    text = (
        "II. KẾT QUẢ\n1. Đối thoại\nTổ chức 4 cuộc đối thoại.\n"
        "III. NHIỆM VỤ QUÝ TỚI\n1. Tuyên truyền\nTổ chức 20 buổi tuyên truyền.\n"
        "PHỤ LỤC\nSố cuộc đối thoại: 4\n"
    )
    assert [(int(r.value), r.indicator) for r in read_text(text).readings] == [(4, "dlg.sessions")] * 2


def test_a_running_sentence_ends_the_headlines_of_others():
    text = (
        "Tin liên quan: Phường Đông tặng 90 suất quà\n"
        "Trong quý I, phường đã tổ chức 6 cuộc đối thoại trực tiếp với Nhân dân các khu phố trên địa bàn.\n"
    )
    assert [int(r.value) for r in read_text(text).readings] == [6]


def test_what_a_plan_sets_for_a_later_year_is_no_result():
    text = "Năm 2022, MTTQ xã giám sát 4 cuộc. Theo kế hoạch, năm 2023 mỗi xã giám sát 2 cuộc."
    assert [int(r.value) for r in read_text(text).readings] == [4]


def test_a_rate_against_another_period_is_a_change():
    (reading,) = read_text("Quỹ Vì người nghèo thu 785 triệu đồng, bằng 112% năm 2010.").readings
    assert reading.change is not None
    assert (reading.change.direction, reading.change.delta) == ("up", 12)
