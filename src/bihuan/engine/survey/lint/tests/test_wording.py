"""The wording rules: questions that are flagged, by which rule, and questions that are clean."""

import pytest

from .. import check_words, rules

FLAGGED = [
    # leading
    ("您是否认为我们的服务很好？", "leading"), ("您是不是觉得我们的客服非常专业？", "leading"),
    ("您是否也感受到了服务的及时？", "leading"),
    ("您是否对我们的服务很满意？", "leading"), ("您一定对这次处理很满意吧？", "leading"),
    ("您应该会推荐我们吧？", "leading"),
    ("您同意我们的服务行业领先吗？", "leading"), ("我们的客服很专业，对吧？", "leading"),
    ("您有没有觉得新版本更方便？", "leading"),
    ("您会不会觉得价格太贵？", "leading"),
    # rhetorical
    ("难道您不需要更快的服务吗？", "rhetorical"), ("您不觉得自助办理更方便吗？", "rhetorical"),
    ("谁不希望少等一会儿？", "rhetorical"),
    ("这样的安排不是更合理吗？", "rhetorical"), ("您怎么能不试试新功能？", "rhetorical"),
    # presupposing
    ("您为什么喜欢我们的产品？", "presupposing"), ("您有多满意我们的售后？", "presupposing"),
    ("您最喜欢我们的哪项服务？", "presupposing"),
    ("您打算什么时候再次购买？", "presupposing"), ("您为什么不满意这次维修？", "presupposing"),
    # loaded
    ("您如何评价我们的优质服务？", "loaded"), ("您对我们贴心的客服打几分？", "loaded"),
    ("您如何看待他们敷衍的答复？", "loaded"),
    ("我们广受好评的App，您打几分？", "loaded"), ("漫长的等待之后，您的感受是？", "loaded"),
    ("您对这次糟糕的体验打几分？", "loaded"),
    # pressure
    ("大多数客户都认为新流程更快，您的看法是？", "pressure"), ("众所周知，电话服务更可靠，您更常用哪种？", "pressure"),
    ("专家建议定期维护，您的维护频率是？", "pressure"), ("其他用户普遍给了5分，您打几分？", "pressure"),
    ("作为一名理性的消费者，您如何选择套餐？", "pressure"),
    # double-barrelled
    ("您对客服的态度和专业度是否满意？", "double_barrelled"), ("您对我们的产品和服务的评价是？", "double_barrelled"),
    ("您对价格与质量的满意程度是？", "double_barrelled"), ("物流速度、包装质量您满意吗？", "double_barrelled"),
    ("客服人员既热情又专业吗？", "double_barrelled"),
    ("我们不仅回复快，而且解决得好，您的评价是？", "double_barrelled"),
    ("问题是否及时并且准确地得到处理？", "double_barrelled"), ("您对网络稳定性及资费的评价是？", "double_barrelled"),
    # two questions
    ("您对安装满意吗？哪里还要改进？", "two_questions"), ("您是否使用过自助服务，为什么？", "two_questions"),
    ("您给这次服务打几分？原因是什么？", "two_questions"),
    # double negation
    ("您是否不同意客服不应该主动回访？", "double_negation"), ("没有人不认为等待太久吗？", "double_negation"),
    ("您并非没有遇到过断网，对此的评价是？", "double_negation"), ("您不得不重复说明问题的次数是？", "double_negation"),
    ("客服没有不耐烦的程度是？", "double_negation"), ("您不能不联系客服的情形有哪些？", "double_negation"),
    # negated
    ("您是否认为客服不够热情？", "negated"), ("您不愿意再次联系我们吗？", "negated"), ("您没有收到短信吗？", "negated"),
    ("您是否同意热线不应收费？", "negated"), ("您有没有遇到无法接通的情况？", "negated"),
    # jargon
    ("您对我们的FCR是否满意？", "jargon"), ("您对IVR菜单的评价是？", "jargon"), ("您对坐席话术的评价是？", "jargon"),
    ("您对工单流转速度的评价是？", "jargon"), ("您对客诉闭环的满意程度是？", "jargon"),
    ("您对全渠道触点的体验如何？", "jargon"),
    ("您对SLA达成情况的评价是？", "jargon"),
    # absolute
    ("客服总是耐心回答吗？", "absolute"), ("您从不遇到断网吗？", "absolute"), ("您每次都能很快接通吗？", "absolute"),
    ("所有客服都说明了处理时间吗？", "absolute"), ("问题是否彻底解决？", "absolute"),
    # vague, hypothetical, recall, sensitive
    ("您经常使用自助服务吗？", "vague"), ("您近期联系过客服吗？", "vague"), ("您最近对服务的评价是？", "vague"),
    ("如果推出夜间热线，您会使用吗？", "hypothetical"), ("假如价格上涨，您是否还会续约？", "hypothetical"),
    ("过去两年您联系过几次客服？", "recall"), ("去年您投诉过吗？", "recall"), ("您总共拨打了多少次热线？", "recall"),
    ("您的年收入是？", "sensitive"), ("请填写您的身份证号码", "sensitive"), ("您的婚姻状况是？", "sensitive"),
]

CLEAN = [
    "您对服务的评价是？", "您对我们服务的总体满意程度是？", "您对本次服务的总体评价是？",
    "您有多大可能向朋友或同事推荐我们？",
    "您认为最需改进的环节是？", "您对服务响应速度的评价是？", "您对人员专业度的评价是？", "您对产品质量的评价是？",
    "您对性价比的评价是？",
    "您对售后保障的评价是？", "您对沟通便捷性的评价是？", "您的问题解决了吗？", "本次您的问题是否得到解决？",
    "为解决这个问题，您费了多大力气？",
    "您属于哪类客户？", "您成为我们的客户有多长时间？", "您主要通过哪些渠道联系我们？", "您最看重以下哪些方面？",
    "价格、速度和质量中，您最看重哪一项？", "请按重要程度对以下方面排序", "您所在的城市是？", "您的年龄段是？",
    "最近一次联系客服，您等待了多久？", "最近3个月，您联系过几次客服？", "最近一次服务是通过哪个渠道？",
    "您还有任何建议吗？",
    "请写下您的意见和建议", "您给{q1}分，主要原因是？", "您对客服人员的态度的评价是？", "您对通话等待时间的评价是？",
    "您对回复内容的清楚程度的评价是？", "您对处理结果的评价是？", "您对投诉处理时间的评价是？",
    "您对投诉处理结果的满意程度是？",
    "您是否收到过处理进度的通知？", "您是否使用过App？", "您使用过在线客服吗？", "您愿不愿意再次使用本服务？",
    "客服人员有没有主动告诉您处理时间？",
    "您能不能找到需要的功能？", "您对安装人员的准时程度的评价是？", "您对维修质量的评价是？", "您对配送时间的评价是？",
    "您对发票开具过程的评价是？", "您希望我们用哪种方式联系您？", "您期望的回复时间是？", "您认为合理的等待时间是？",
    "您对网点环境的评价是？", "您对热线接通速度的评价是？（1分非常不满意，5分非常满意）", "您对VIP专线的评价是？",
    "您办理业务用了多长时间？",
    "您对垃圾分类服务的评价是？", "您对密码重置过程的评价是？", "与上次相比，您对本次服务的评价是？",
    "服务与您的期望相比如何？",
    "您同意以下说法的程度是：客服理解我的需要", "请选择您不满意的原因", "请选择不清楚的地方",
    "您对非工作时间服务的评价是？",
    "您知道我们有线上自助服务吗？", "您从哪里得知本次活动？", "您对账单清晰程度的评价是？",
    "您对业务办理步骤的评价是？",
    "您联系客服的主要目的是？", "您第一次联系我们是什么时候？", "您对客户经理的评价是？", "您对取号等候的评价是？",
]


def ids(text):
    return [hit.rule_id for hit in check_words(text)]


def test_the_tables_are_as_long_as_promised():
    assert len({text for text, _ in FLAGGED}) >= 60 and len(set(CLEAN)) >= 60


@pytest.mark.parametrize(("text", "rule"), FLAGGED)
def test_a_bad_question_is_flagged_by_its_rule(text, rule):
    assert rule in ids(text)


@pytest.mark.parametrize("text", CLEAN)
def test_a_good_question_is_clean(text):
    assert ids(text) == []


def test_every_wording_rule_has_its_examples():
    wanted = {rule.id for rule in rules().values() if rule.kind == "wording"}
    counts = {rule: sum(one == rule for _, one in FLAGGED) for rule in wanted}
    assert min(counts.values()) >= 2, counts


@pytest.mark.parametrize("text", [text for text, _ in FLAGGED])
def test_each_hit_names_its_place_and_says_what_to_do(text):
    for hit in check_words(text):
        assert text[hit.start:hit.end] == hit.quote != ""
        assert hit.name("zh") and hit.hint("zh") and hit.name("en") and hit.hint("en") and hit.severity in ("bad",
                                                                                                            "fair",
        "note")


REWRITES = [
    ("您是否认为我们的服务很好？", "leading", "您对服务的评价是？"),
    ("您是不是觉得我们的客服非常专业？", "leading", "您对客服的评价是？"),
    ("您是否对我们的服务很满意？", "leading", "您对服务的满意程度是？"),
    ("您不觉得自助办理更方便吗？", "rhetorical", "您对自助办理的评价是？"),
    ("您如何评价我们的优质服务？", "loaded", "您如何评价我们的服务？"),
    ("大多数客户都认为新流程更快，您的看法是？", "pressure", "您的看法是？"),
    ("您对安装满意吗？哪里还要改进？", "two_questions", "您对安装满意吗？"),
    ("您是否使用过自助服务，为什么？", "two_questions", "您是否使用过自助服务？"),
    ("您对坐席的评价是？", "jargon", "您对客服人员的评价是？"),
    ("客服总是耐心回答吗？", "absolute", "客服耐心回答吗？"),
    ("您近期联系过客服吗？", "vague", "您最近3个月联系过客服吗？"),
    ("过去两年您联系过几次客服？", "recall", "最近3个月您联系过几次客服？"),
]


@pytest.mark.parametrize(("text", "rule", "better"), REWRITES)
def test_a_rewrite_is_offered_and_mends_what_was_hit(text, rule, better):
    hit = next(hit for hit in check_words(text) if hit.rule_id == rule)
    assert hit.rewrite == better
    assert rule not in ids(better)


@pytest.mark.parametrize("text", [text for text, _ in FLAGGED])
def test_no_rewrite_is_hit_by_the_same_rule_again(text):
    for hit in check_words(text):
        assert hit.rewrite is None or hit.rule_id not in ids(hit.rewrite)
