"""Who imports a file is told how it ended: the rows set aside are named, a clean file is only noted in the inbox."""

import pytest
from django.utils import timezone

from bihuan.core.notifications.models import Notice, Receipt
from bihuan.core.notifications.services.gather import tell_of_jobs
from bihuan.core.tests.cast import build_cast
from bihuan.loop.collect.records.tests.conftest import HEADER, csv_bytes
from bihuan.loop.collect.records.tests.test_journey import imported

GOOD = ["A1", "2024-03-01 09:00", "2024-03-01 09:05", "2024-03-01 12:00", "电话", "a1", "c1", "退款"]
BAD = ["A2", "三月一日", "2024-03-01 11:05", "2024-03-01 15:00", "电话", "a1", "c3", "退款"]


@pytest.mark.django_db
@pytest.mark.usefixtures("without_facts")
@pytest.mark.parametrize("rows,event,words", [
    ([GOOD], "import_finished", "共读取 1 行"), ([GOOD, BAD], "import_problem", "1 行未导入（共 2 行）")])
def test_an_import_is_told_with_its_rows(client, home, settings, rows, event, words):
    settings.BIHUAN_HOME = home.path
    person = build_cast().manager
    client.force_login(person)
    upload = imported(client, csv_bytes(rows, HEADER))
    assert tell_of_jobs(now=timezone.now()) == 1
    notice = Notice.objects.get()
    assert (notice.event, words in notice.text) == (event, True), notice.text
    assert Receipt.objects.get().user == person
    assert upload.batch in notice.url
