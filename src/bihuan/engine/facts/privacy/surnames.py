"""Chinese surnames, and common words that begin like a name."""

from pathlib import Path

COMPOUND = ["欧阳", "司马", "上官", "诸葛", "东方", "皇甫", "尉迟", "公孙", "慕容", "令狐", "宇文", "长孙", "司徒", "司空", "夏侯", "端木", "百里", "呼延", "南宫", "独孤", "轩辕", "钟离", "闻人", "申屠", "太史", "公冶", "澹台", "淳于", "单于", "赫", "濮阳", "万俟", "完颜", "纳兰", "拓跋", "漆雕", "乐正", "公良", "夹谷", "谷梁", "东郭", "羊舌", "微生", "梁丘", "左丘", "南荣", "仲孙", "叔孙", "鲜于", "闾丘", "亓官",
            "司寇", "巫马", "颛孙", "公羊"]
# The commonest first; together they cover nearly everyone. Characters that are mostly other words (和, 都, 能, 要) are left out.
SINGLE = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘"
    "杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷"
    "施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂丛焦向柳邢路岳齐梅莫庄辛管祝左涂谷祁时舒耿牟卜肖詹关苗凌费纪"
    "靳盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍翁隋植甘景薄单包司柏宁柯阮桂闵解强柴华车冉房边辜吉饶刁瞿戚丘古米池"
    "滕晋苑邬臧畅宫嵺苟褚廉简娄盖符奚木穆党燕郎邸冀谈姬屠郜晏栾郁商蒙计喻揭窦迟宇敖糜鄢冷卓花仇艾蓝巩稽井练"
    "仲乐虞卞封竺冼原官衣楚佟栗匡宗台巫鞠僧桑荆谌银扬明沙伏岑习胥蔺劉陳張趙黃吳孫馬羅鄭謝韓馮蕭許鄧葉蘇呂盧賈"
    "鐘譚陸顧錢龍萬湯齊賴龔嚴魯韋單闞閻")
# Rarer ones, and such as are mostly other words: they count only where a person is named.
RARE = (
    "闻尚亢冉滕占过南母仝漆巩戎蒯逯桓汝钦墨笪昝储汲邴宓郗班宿怀蒲邰鄂籍苍莘贡劳逄扶宰郦雍璩濮寿扈郏浦农慕茹宦鱼容慎戈庾暨衡步满弘寇阙殳蔚"
    "夔隆厍晁勾融訾阚那毋乜佘谌旷鹿亓束占岑闫付裘邝")
# Those of them that stand before a form of address and nothing else does there: 蒲经理.
TITLED_RARE = "".join(sorted(set(RARE) - set("班付过南母占全满步容慎束毋那尚衡浦度扶宰鱼怀苍合")))
# What Tibetan names are put together from; two of them in a row are one.
TIBETAN = (
    "扎西|次仁|尼玛|多吉|卓玛|顿珠|达娃|旺堆|平措|拉姆|央金|格桑|洛桑|丹增|边巴|普布|索朗|仁增|贡布|曲珍|德吉|巴桑|米玛|白玛|强巴|旦增|益西|诺布|次旺|晋美|措姆|卓嘎|旺姆|"
    "曲扎|罗布|加措|嘉措|桑珠|次旦|土登")
# Surnames so common and so rarely other words that a cut off given name may be added to them.
COMMON = frozenset(
    "王李张刘陈杨赵黄周吴徐孙胡朱林郭罗梁宋郑谢韩唐冯董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾魏薛叶余潘杜戴夏钟姜姚谭廖邹熊陆郝崔邱秦顾侯邵孟龚殷陶翟"
    "倪肖")

# Firms and goods that carry a person's name.
BRANDS = ("康师傅|周黑鸭|王老吉|王守义|李锦记|马应龙|谢馥春|胡庆余堂|陈李济|叶开泰|雷允上|周大福|周大生|周生生|周六福|谢瑞麟|"
          "吴裕泰|张小泉|王麻子|六必居|李维斯|林清轩|毛戈平|陈克明|潘高寿|曹素功|张一元|史丹利|史密斯|老干妈|孔凤春|方回春堂|汤臣倍健|韩束|温德姆|白象|苏泊尔|马可波罗|金龙鱼|"
          "王朝酒|张裕|花王|江中|江小白|沙宣|高露洁|高洁丝|安德玛|安踏|安利|安吉尔|钱大妈|郝姆斯|夏普|温氏|石药|杜蕾斯|何氏|海天|房多多|房天下")
NOT_NAMES = frozenset(Path(__file__).with_name("not_names.txt").read_text("utf-8").split())
