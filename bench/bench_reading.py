"""Reading: reports of 3 kB a second on one core, beside the plain word segmentation of the same text; whether memory
stays flat over MANY of them, 100,000 unless told otherwise; and what is said over and over, whose time must grow no
faster than its length."""

from __future__ import annotations

import os
import random
import resource
import time

from underthesea import word_tokenize

from bench.common import Row, Timing, measure, table
from danvan.narrative.reading import read_text

SIZE = 3000  # bytes of UTF-8
BATCH = 100
DISTINCT = 1000  # reports read over and over for the memory
MANY = int(os.environ.get("MANY", "100000"))
WANTED = 500  # reports a second
OVER_AND_OVER = ("1", "1.", "12/", "ba ", "mười hai ", "(1 đơn ", "cùng kỳ ", "tp.", "\u0301")
SHORT, LONG = 4_000, 32_000  # characters
SENTENCES = (
    "Trong 6 tháng đầu năm {year}, hệ thống dân vận tiếp tục tham mưu cho cấp ủy lãnh đạo, chỉ đạo công tác dân vận.",
    "Đã tiếp {a} lượt công dân ({b} vụ việc), giảm {c} lượt so với cùng kỳ; đã giải quyết {b}/{a} vụ việc.",
    "Các cấp ủy, chính quyền tiếp tục đổi mới nội dung, phương thức hoạt động, hướng về cơ sở, giải quyết kịp thời "
    "những vấn đề nhân dân quan tâm, tạo sự đồng thuận trong xã hội và củng cố khối đại đoàn kết toàn dân tộc.",
    "Phong trào thi đua “Dân vận khéo” có {a} mô hình, trong đó kinh tế {b} mô hình, văn hóa - xã hội {c} mô hình.",
    "Thực hiện Nghị quyết số 25-NQ/TW, ngày 03/6/2013, công tác tuyên truyền, vận động nhân dân được quan tâm thường "
    "xuyên, gắn với việc học tập và làm theo tư tưởng, đạo đức, phong cách Hồ Chí Minh ở từng cơ quan, đơn vị.",
    "MTTQ và các đoàn thể tổ chức {c} buổi tuyên truyền cho {a} lượt người, trao {b} suất quà trị giá {c} triệu đồng.",
    "Công tác xây dựng và thực hiện quy chế dân chủ ở cơ sở có nhiều chuyển biến; các đơn vị công khai những nội dung "
    "theo quy định, phát huy quyền làm chủ của nhân dân, nâng cao chất lượng hoạt động của Ban Thanh tra nhân dân.",
    "Lực lượng vũ trang phát huy vai trò nòng cốt trong phong trào Toàn dân bảo vệ an ninh Tổ quốc; các đoàn thể chăm "
    "lo đời sống vật chất, tinh thần cho đoàn viên, hội viên và các gia đình có hoàn cảnh khó khăn trên địa bàn.",
    "Bên cạnh kết quả đạt được, chế độ thông tin, báo cáo của một số đơn vị chưa kịp thời, sự phối hợp giữa các cơ "
    "quan có lúc chưa thường xuyên, việc nắm tình hình nhân dân ở một vài nơi còn hạn chế.",
)


def reports(count: int) -> list[str]:
    """Reports of SIZE bytes, no two alike, with about as many figures as real ones have (13)."""
    chance = random.Random(2024)  # noqa: S311 -- sentences, not secrets
    made = []
    for number in range(count):
        text = f"Xã Số {number} sơ kết công tác dân vận\n\n"
        while len(text.encode()) < SIZE:
            a, b, c = sorted((chance.randint(2, 2000) for _ in range(3)), reverse=True)
            text += chance.choice(SENTENCES).format(a=a, b=b, c=c, year=2018 + number % 8) + chance.choice(
                (" ", "\n\n")
            )
        made.append(text)
    return made


def main() -> None:
    texts = reports(BATCH)
    one = measure(lambda: [read_text(text) for text in texts], 10)
    each = Timing(one.median / BATCH, one.p95 / BATCH, one.runs * BATCH)
    segmented = measure(lambda: [word_tokenize(text) for text in texts], 3)
    words = Timing(segmented.median / BATCH, segmented.p95 / BATCH, segmented.runs * BATCH)
    rows = [Row("one report", "3 kB", each, 1 / WANTED), Row("its words alone (underthesea)", "3 kB", words)]
    many = reports(DISTINCT)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.perf_counter()
    for number in range(MANY):
        read_text(many[number % DISTINCT])
    spent = time.perf_counter() - began
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    rows.append(Row("many reports", f"{MANY:,} of 3 kB", Timing(spent, spent, 1), MANY / WANTED))
    for again in OVER_AND_OVER:
        short, long = (measure(lambda n=n: read_text(again * (n // len(again))), 3) for n in (SHORT, LONG))  # noqa: B023
        ratio = f"{LONG // 1000} k characters, {long.median / short.median:.0f} x {SHORT // 1000} k"
        rows.append(Row(f"{again!r} over and over", ratio, long))
    table(rows)
    ratio = words.median / each.median
    print(f"  {1 / each.median:.0f} reports a second, {ratio:.1f} x as many as underthesea cuts into words")
    print(f"  memory grew by {grown:.1f} MB over {MANY:,} reports")


if __name__ == "__main__":
    main()
