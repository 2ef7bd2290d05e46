"""What makes a word a person's name where its place alone does not say so.

The segmenter takes 温泉, 毛血旺, 梅溪湖 and 万豪 for names. Of what it takes for one is kept what could be one by its characters, or
what stands behind what somebody is, and nothing that a place, a firm or a dish goes on from.
"""

from __future__ import annotations

import re

HAN = r"[\u4e00-\u9fff]"
# Characters that given names are commonly made of.
GIVEN_NAMES = frozenset(
    "勋娃满丁三世丙业东丰丹丽举义乙书乾云亚亨京亮仁仓仙令仪仲伊伟伦伯佐佑佳依俊保信俭倩健儒允元兆光克兰兴兵军农冬冰凝凡凤凯刚利前勇勤升午华博卫卯卿厉厚友发叔台叶吉名君启周咏哲善喜嘉国圆土坚坤培增士壬夏大天奇奋奎奕妃妍妙妤妮妹姗姚姜姝姣姬姿威娅娇娜娟娣"
    "娥娴婉婕婧婴婵婷媚媛嫣子孚孜孝孟季学宁宇守安宏宗宜宝宣家容宾寅密富寒察寿将尉尊少尚尧展山屹岐岑岗岚岩岭岳峡峰峻崇崎崔嵩巍川州巧巨己帅帆希席常平幸幼广庆庚庭康廉延廷建异弈弘张弦强彤彦彧彩彪彬彰影征律循德徽心必忆忍志忠忻怀思怡恒恩恪恬悌悟悠悦惟"
    "惠慈慎慧懋懿戈戌成才扬承抒拓挚振捷授擎攀政敏敦敬文斌斐斗斯新施旋旗旦旭旺旻昀昂昆昉昊昌明易昔昕星映春昭昱昶显晋晓晖晗晚晟晨普景晴晶智暄暖曙曦曼曾月朋朔朗望朝木权杏材杨杭杰松林枚果枝枫柏柔柯柱柳栋树栓根格桂桃桐桑桓桢桥桦梁梅梓梦梧梨梵棋棠棣森"
    "植椿楚楠楷榆榕槐槿樊樟樱橙檀欢欣欧歌正武殿毅毓民水永汉汐汝江汤沁沂沈沐沙沛沧沪治沿泉泊泓法泗波泰泳泽洁洋洛津洪洲洵洽济浔浚浦浩浪海涌涓涛涟润涵淇淏淑淙淞淮深淳淼清渊渝渤渭游湃湘湛源溢溪溶滇滋滔滢滨漪漫漾潇潍潜澄澍澜濂濠濮瀚灏火灵灿炀炅炎炜炫"
    "炯炳烁烈烜烨烽焕焯焰焱然煊煌煜煦照熙熠熹燊燎燕燚爱爽牧犀狄猛献玄玉玖玟玥玫玮环玲玺珀珂珈珉珊珍珏珑珞珠珩班珮珺球琅理琇琏琚琛琢琦琨琪琬琮琰琳琴琼瑀瑄瑗瑚瑛瑜瑞瑟瑨瑰瑶瑾璀璇璋璐璞璟璠璧瓊瓒甘甜生甫田甲申畅畴癸登皎皓盈益盛盟真睿瞳知石硕碧磊礼"
    "祖祥禄福禹秀秉秋程立童端竹笑策筠筱箫粤粮素红纯纳绍绚继绮维绵缘美羽羿翀翊翎翔翘翠翰翼耀耕耘联聪聿肇育胜胤腾臣舒舜舟航舰舸良艳艺艾芃芊芝芬芮芳芷芸芹苇苒若英茂茗茜茵茹荃荔荟荣荷莉莎莘莞莫莲莹莺菀菁菊菡菲萃萌萍萧萱葆葳葵蒙蓉蓓蓝蔓蔚蕊蕙蕾薇薪薰"
    "藜藩虎虞虹蝶融衍衡裕裴褀襄西览训议论诗诚语诺谊谋谕谟谦谨谭象豪豹贝贞财贤贵赐赛赟赫超越跃轩轲轶载辂辉辕辰达迅迈迎进远连迪述适逊逍逢逸道遥遵邑邦郁郅郎酉醇采金鉴鑫钊钏钟钢钦钧钰铁铃铄铎铠铨铭铮银锁锋锐锟锦锴锵镇镕长闯闽阔阳陆陵陶隆隽雁雄雅集雍"
    "雨雪雯雷霁霄霆震霏霓霖霜霞露青靖静韬音韵韶顺颂领颐颖颜颢飒飞馥馨驭驰驷驹骁骅骆骋骏骐骥高魁鲁鸣鸿鹂鹄鹊鹏鹤鹭鹰麒麓麟麾黎黔默黛鼎鼐齐龄龙乐宸冉苗禾愉伶俐传均风")
# One of these beside one of those: 蒋大力, 易小纯.
ALSO_GIVEN = frozenset("大小中方开南力改介井果老一新子文如可致能来")
# Surnames that are more often another word: they count where both sides speak of a person.
DOUBTFUL = frozenset("曾向成关高常安金白蓝花木石江华楚钱雷温方米包汤余管戴姜房原明冷路车边台单解查计时习于任何应项党位简")
# 梅溪湖, 侯家塘, 许昌街: what the last character makes a place of, seldom a given name.
ENDS_AS_PLACE = frozenset("湖塘坪冲岭坝垸塅坳咀嘴角堤岛湾滩沟坡洞池楼阁亭寺庙宫陵塔峡港巷镇县市区村寨屯庄桥渡郡苑府园街路洲")
# Words and places that a longer name may end with: 卢林芝 is somebody, 林芝 is not.
WORDS_ALONE = frozenset(["林芝", "林权", "唐诗", "王道", "辛勤", "许昌", "黄龙", "彭山", "钟山", "张江", "陆羽"])
# Behind the name of a place, a firm, a shop or a dish.
PLACED = re.compile(
    r"(?:[一二三四五六七八九十]街|支路|站(?![在着门]))|[路区镇村街巷桥县市省庄寨屯店亭港岭坪塅冲塘湾湖郡垸坝岗嘴洲庙寺陵苑府厅丁鸡鱼汤面饭粉肉饼]|(?:大道|支行|分行|机场|大学|医院|[小中]学|高速|分公司|房地产|地产|置业|物业|"
    r"集团|公司|酒店|宾馆|饭店|饭庄|大厦|广场|花园|花苑|家园|山庄|小区|公寓|幼儿园|购物|商场|商城|超市|市场|药店|药房|粉店|面馆|餐厅|烤鱼|凉皮|派出所|"
    r"故居|纪念馆|遗址|风景区|景区|公园|别墅|茶馆|茶楼|电器|科技|轮胎|牌|水库|收费站|工业园|产业园)")
# What somebody is, right before the name.
IS_SOMEBODY = re.compile(
    r"(?:[局县市区镇乡村组院校所站队厂处科部厅省州行店班会社团股]长|书记|主任|支书|主席|委员|经理|总监|董事|法人|代表人?|负责人|联系人|承包人|包工头|老板|会计|秘书|"
    r"干部|[村居市农股]民|民工|工人|职工|员工|队员|司机|医生|护士|律师|警官|法官|老师|教师|同学|学生|儿子|女儿|妻子|丈夫|父亲|母亲|爸爸|妈妈|哥哥|弟弟|姐姐|妹妹|"
    r"孙[子女]|爷爷|奶奶|叔叔|侄[子儿女]?|媳妇|夫妻|夫妇|业主|户主|车主|房东|租户|住户|邻居|同事|朋友|患者|病人|死者|伤者|嫌疑人|被告人?|原告人?|申请人|举报人|投诉人|"
    r"代理人|介绍人|推荐人|担保人|证人|护工|保姆|月嫂|保洁|门卫|工长|专干|员|师傅|名叫|叫做?|我叫|外号|同志|先生|女士)(?:是|为|:|：)?$")
TWO_ANYWHERE = 2


def likely(name: str) -> bool:
    """Return whether the given name is made of what given names are made of and the whole is no place.

    >>> likely("杨武建"), likely("毛血旺"), likely("梅溪湖"), likely("欧阳潇玥")
    (True, False, False, True)
    """
    from .surnames import COMPOUND

    given = name[2:] if name[:2] in COMPOUND and len(name) > TWO_ANYWHERE else name[1:]
    also = sum(each in ALSO_GIVEN and each not in GIVEN_NAMES for each in given)
    return 1 <= len(given) <= TWO_ANYWHERE and name[-1] not in ENDS_AS_PLACE and name[-1] != "老" and also < len(given) and all(
        each in GIVEN_NAMES or each in ALSO_GIVEN for each in given)


def behind_somebody(text: str, start: int) -> bool:
    """Return whether what stands before a place says that somebody is named there.

    >>> behind_somebody("该村村长杨武建", 4), behind_somebody("这里的温泉", 3)
    (True, False)
    """
    return IS_SOMEBODY.search(text, max(0, start - 6), start) is not None
