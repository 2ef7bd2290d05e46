"""Registers that the law asks for: what is held and why, with whom it is shared, who agreed, what went wrong."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..contracts import BODIES, CHANNELS, PURPOSES


class Registered(models.Model):
    """Who entered a line of a register, and when."""

    created_by = models.ForeignKey("core.User", on_delete=models.PROTECT, null=True, related_name="+", editable=False)
    created_at = models.DateTimeField(_("登记时间"), auto_now_add=True)

    class Meta:
        abstract = True


class DataSet(Registered):
    """A body of personal data with the purposes it was collected for (art. 6 PIPL): every use is held to it."""

    class Basis(models.TextChoices):
        CONTRACT = "contract", _("订立、履行合同所必需")
        CONSENT = "consent", _("个人同意")
        LAW = "law", _("履行法定职责或义务")
        LABOUR = "labour", _("依法制定的劳动规章或集体合同")
        OTHER = "other", _("法律规定的其他情形")

    code = models.SlugField(_("编号"), max_length=60, unique=True)
    name = models.CharField(_("名称"), max_length=120)
    holds = models.CharField(_("含有的个人信息"), max_length=300, help_text=_("例如：姓名、手机号、通话录音。"))
    is_sensitive = models.BooleanField(
        _("含敏感个人信息"), default=False,
        help_text=_("生物识别、医疗健康、金融账户、行踪轨迹、未满十四周岁等。须有已批准的影响评估。"))
    basis = models.CharField(_("合法性基础"), max_length=10, choices=Basis.choices, default=Basis.CONTRACT)
    purposes = models.JSONField(_("用途"), default=list)
    bodies = models.JSONField(_("系统中的数据"), default=list, blank=True)
    place = models.CharField(_("存放位置"), max_length=200, blank=True)
    kept_days = models.PositiveIntegerField(_("保存天数"), default=1095)
    keeper = models.CharField(_("责任人"), max_length=80)
    is_active = models.BooleanField(_("在用"), default=True)

    class Meta:
        verbose_name = _("数据集")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name

    def purpose_labels(self) -> str:
        return _("、").join(str(PURPOSES.get(key, key)) for key in self.purposes)

    def body_labels(self) -> str:
        return _("、").join(str(BODIES.get(key, key)) for key in self.bodies)


class Agreement(Registered):
    """What was agreed with somebody outside who handles personal data (art. 21 and 23); accounts depend on its term."""

    class Kind(models.TextChoices):
        ENTRUST = "entrust", _("委托处理")
        PROVIDE = "provide", _("对外提供")
        JOINT = "joint", _("共同处理")
        SECRECY = "secrecy", _("保密承诺")

    party = models.CharField(_("对方名称"), max_length=120)
    kind = models.CharField(_("类别"), max_length=10, choices=Kind.choices, default=Kind.ENTRUST)
    purpose = models.CharField(_("约定的目的"), max_length=300)
    method = models.CharField(_("处理方式"), max_length=300, blank=True)
    holds = models.CharField(_("个人信息种类"), max_length=300)
    protection = models.TextField(_("保护措施与监督方式"))
    is_abroad = models.BooleanField(_("对方在境外"), default=False,
                                    help_text=_("向境外提供个人信息，须另有已批准的影响评估（情形：向境外提供）。"))
    may_pass_on = models.BooleanField(_("允许转委托"), default=False)
    starts_on = models.DateField(_("生效日期"))
    expires_on = models.DateField(_("到期日期"))
    returned_on = models.DateField(_("返还或删除日期"), null=True, blank=True)
    reference = models.CharField(_("合同编号"), max_length=120, blank=True)
    accounts = models.ManyToManyField("core.User", blank=True, related_name="+", verbose_name=_("关联账号"),
                                      help_text=_("协议到期后，这些账号不能再查看或导出个人信息。"))

    class Meta:
        verbose_name = _("保密与委托协议")
        ordering = ["expires_on"]

    def __str__(self) -> str:
        return self.party

    @property
    def ended_on(self) -> date:
        """The last day, or the one on which the data were returned or deleted before it."""
        return min(self.expires_on, self.returned_on or self.expires_on)

    def in_force(self, day: date) -> bool:
        """Return whether it holds on a day; it does not any more on the one of the return."""
        return self.starts_on <= day <= self.expires_on and (self.returned_on is None or day < self.returned_on)

    def days_left(self) -> int:
        return (self.expires_on - timezone.localdate()).days


class Consent(Registered):
    """A customer's consent to one use (art. 14-16): given freely, withdrawn as easily, never deleted."""

    customer = models.CharField(_("客户编号"), max_length=120, db_index=True)
    purpose = models.CharField(_("同意的用途"), max_length=20, choices=list({
        **PURPOSES, "recording": _("通话录音"), "voiceprint": _("声纹识别"), "ranking": _("排名公示"),
    }.items()))
    channel = models.CharField(_("取得方式"), max_length=10, choices=list(CHANNELS.items()), default="phone")
    given_at = models.DateTimeField(_("同意时间"), default=timezone.now)
    wording = models.CharField(_("告知文本版本"), max_length=60)
    evidence = models.CharField(_("证据"), max_length=300,
                                help_text=_("例如：工单号、录音编号、签署页。不要写个人信息。"))
    withdrawn_at = models.DateTimeField(_("撤回时间"), null=True, blank=True)
    withdrawn_by = models.CharField(_("撤回方式"), max_length=200, blank=True)
    proof = models.JSONField(default=dict, blank=True, editable=False)      # what was put under lock, by place

    class Meta:
        verbose_name = _("同意记录")
        ordering = ["-given_at", "-pk"]
        indexes = [models.Index(fields=["customer", "purpose"], name="privacy_consent_by")]

    def __str__(self) -> str:
        return f"{self.customer} · {self.get_purpose_display()}"


class ImpactAssessment(Registered):
    """What a handling does to people, thought through beforehand (art. 55, 56); kept for three years at least."""

    class Trigger(models.TextChoices):
        SENSITIVE = "sensitive", _("处理敏感个人信息")
        AUTOMATED = "automated", _("利用个人信息进行自动化决策")
        ENTRUST = "entrust", _("委托处理、对外提供或公开")
        ABROAD = "abroad", _("向境外提供")
        MAJOR = "major", _("对个人权益有重大影响的其他处理")

    class Risk(models.TextChoices):
        LOW = "low", _("低")
        MIDDLE = "middle", _("中")
        HIGH = "high", _("高")

    title = models.CharField(_("名称"), max_length=120)
    trigger = models.CharField(_("评估情形"), max_length=10, choices=Trigger.choices)
    covers = models.CharField(_("评估对象"), max_length=120,
                              help_text=_("数据集编号、协议对方名称或自动化决策的名称，须与登记完全一致。"))
    lawfulness = models.TextField(_("处理目的、方式是否合法、正当、必要"))
    impact = models.TextField(_("对个人权益的影响及安全风险"))
    measures = models.TextField(_("保护措施是否合法、有效并与风险程度相适应"))
    risk = models.CharField(_("风险等级"), max_length=6, choices=Risk.choices)
    valid_until = models.DateField(_("有效期至"))
    approved_by = models.ForeignKey("core.User", on_delete=models.PROTECT, null=True, related_name="+", editable=False)
    approved_at = models.DateTimeField(_("批准时间"), null=True, blank=True, editable=False)
    kept_until = models.DateField(_("保存至"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("影响评估")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.title


class ComplianceAudit(Registered):
    """A regular check of how personal data is handled (art. 54)."""

    title = models.CharField(_("名称"), max_length=120)
    first_day = models.DateField(_("审计期间自"))
    last_day = models.DateField(_("审计期间至"))
    scope = models.TextField(_("审计范围"))
    auditor = models.CharField(_("审计人"), max_length=120)
    findings = models.TextField(_("发现的问题"), blank=True)
    corrections = models.TextField(_("整改措施与完成情况"), blank=True)
    concluded_on = models.DateField(_("完成日期"), null=True, blank=True)
    next_due = models.DateField(_("下次审计"), null=True, blank=True)

    class Meta:
        verbose_name = _("合规审计")
        ordering = ["-first_day"]

    def __str__(self) -> str:
        return self.title


class Incident(Registered):
    """A leak, change or loss of personal data that happened or may have (art. 57); its notice is made from this."""

    title = models.CharField(_("名称"), max_length=120)
    happened_at = models.DateTimeField(_("发生时间"), null=True, blank=True)
    found_at = models.DateTimeField(_("发现时间"), default=timezone.now)
    holds = models.CharField(_("涉及的个人信息种类"), max_length=300)
    people = models.PositiveIntegerField(_("涉及人数"), null=True, blank=True)
    cause = models.TextField(_("原因"))
    harm = models.TextField(_("可能造成的危害"))
    remedies = models.TextField(_("已采取的补救措施"))
    advice = models.TextField(_("个人可以采取的减轻危害的措施"))
    contact = models.CharField(_("联系方式"), max_length=200)
    reported_at = models.DateTimeField(_("报告主管部门时间"), null=True, blank=True)
    notified_at = models.DateTimeField(_("通知个人时间"), null=True, blank=True)
    not_notified = models.CharField(_("不通知个人的理由"), max_length=300, blank=True)
    closed_at = models.DateTimeField(_("结案时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("安全事件")
        ordering = ["-found_at"]

    def __str__(self) -> str:
        return self.title


class ContactRefusal(Registered):
    """A customer who does not want to be called, written to or visited; ``channel`` empty means in no way."""

    class Source(models.TextChoices):
        ASKED = "asked", _("客户要求")
        LINK = "link", _("退订链接")
        VISIT = "visit", _("拒访")
        COMPLAINT = "complaint", _("投诉骚扰")
        REQUEST = "request", _("个人信息请求")

    customer = models.CharField(_("客户编号"), max_length=120, db_index=True)
    channel = models.CharField(_("渠道"), max_length=10, blank=True,
                               choices=[("", _("全部渠道")), *CHANNELS.items()])
    source = models.CharField(_("来源"), max_length=10, choices=Source.choices, default=Source.ASKED)
    reason = models.CharField(_("说明"), max_length=200, blank=True, help_text=_("不要写个人信息。"))
    since = models.DateTimeField(_("自"), default=timezone.now)
    until = models.DateTimeField(_("至"), null=True, blank=True, help_text=_("不填则一直有效。"))
    lifted_at = models.DateTimeField(_("解除时间"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("勿扰登记")
        ordering = ["-since", "-pk"]
        indexes = [models.Index(fields=["customer", "lifted_at"], name="privacy_refusal_by")]

    def __str__(self) -> str:
        return self.customer
