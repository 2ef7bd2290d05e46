"""Headers and words in traditional characters mean what they mean in simplified ones; ids and texts stay as written."""

import pytest

from bihuan.engine.facts.importing import import_file

from .files import rows, written

pytestmark = pytest.mark.usefixtures("without_facts")


@pytest.mark.parametrize("encoding", ["big5", "utf-8"])
def test_traditional_headers_and_words_are_understood_and_texts_stay_as_they_are(home, tmp_path, encoding):
    text = ("工單編號,建立時間,客戶編號,渠道,類型,是否解決,標題,狀態\n"
            "案1,2024-03-01,戶甲,電話,投訴,已解決,電話沒人接,已關閉\n案2,2024-03-02,戶乙,線上客服,諮詢,沒有,無,處理中\n")
    result = import_file(home, written(tmp_path, "a.csv", text, encoding))
    assert (result.mapping, result.accepted, result.cells_total) == ("cases", 2, 0)
    assert rows(home, "SELECT external_id, customer, channel, kind, resolved, subject, status FROM "
                      "cases ORDER BY 1") == [
        ("案1", "戶甲", "phone", "complaint", True, "電話沒人接", "已關閉"),
        ("案2", "戶乙", "online", "contact", False, None, "處理中")]
