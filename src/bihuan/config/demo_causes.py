"""What the demonstration company looks into: the measure did not help, so its problem is taken apart anew."""

from __future__ import annotations

from django.utils import translation

from bihuan.core.models import User
from bihuan.loop.diagnose.causes.models import Cause, CauseNode
from bihuan.loop.diagnose.causes.services import Content, add_node
from bihuan.loop.diagnose.findings.models import Finding

# Bone -> (cause, evidence, taxonomy, what lies behind it).
BONES: dict[str, tuple[tuple[str, str, str, tuple[str, ...]], ...]] = {
    "people": (("不知道哪些型号可以当场换新", "抽听 40 通，11 通答“我再问一下”", "skill_gap",
                ("新品培训只发了文档",)),),
    "process": (("挂机前没有核对问题是否解决", "抽听 40 通，27 通没有问", "process_missing", ()),
                ("转物流后没有人跟到底", "再次来电中三成问上一次的结果", "handover_unclear", ("交接单没有责任人",))),
    "system": (("查维修进度要切换三个系统", "跟班记录：平均 52 秒", "system_lacking", ()),),
    "policy": (("换新要班长当面批准", "夜间班长一人看两组", "policy_strict", ()),),
    "supplier": (("安装商改约不通知", "9 月改约 118 次，客户先知道的 21 次", "logistics", ()),),
    "environment": (("晚高峰排队，坐席急于挂机", "19–21 点通话短 40 秒", "roster_mismatch", ()),),
}
WHYS = (("为什么客户七天内又打来？上一次没有说清维修进度。", "再次来电的主题：维修进度占 46%"),
        ("为什么没有说清？坐席看不到安装商的改约。", "三个系统之间没有接口"),
        ("为什么看不到？改约只写在安装商自己的系统里。", "安装商合同没有要求回传改约"))


def demo_causes() -> None:
    """Draw a fishbone and ask a chain of whys for the problem that came back, once."""
    person = User.objects.filter(username="quality_manager").first()
    finding = Finding.objects.filter(round__gt=1).order_by("pk").first()
    if person is None or finding is None or CauseNode.objects.exists():
        return
    known = dict(Cause.objects.values_list("code", "pk"))
    with translation.override("zh-hans"):
        for family, causes in BONES.items():
            for text, evidence, code, behind in causes:
                bone = add_node(finding_id=finding.pk, tool=CauseNode.Tool.FISHBONE, family=family, actor=person,
                                content=Content(text, evidence, known.get(code)))
                for deeper in behind:
                    add_node(finding_id=finding.pk, tool=CauseNode.Tool.FISHBONE, parent=bone, actor=person,
                             content=Content(deeper))
        above = None
        for text, evidence in WHYS:
            above = add_node(finding_id=finding.pk, tool=CauseNode.Tool.WHYS, parent=above, actor=person,
                             content=Content(text, evidence))
