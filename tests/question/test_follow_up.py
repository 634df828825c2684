"""Follow-up questions stand alone after condensing: one subject, one predicate, nothing appended."""

from __future__ import annotations

import pytest

from server.question.follow_up import condense, read
from server.records import Turn


def _after(*turns: tuple[str, str]) -> list[Turn]:
    return [Turn(q, a) for q, a in turns]


def test_what_names_its_own_subject_first_is_asked_of_that() -> None:
    history = _after(("山海化工的新基地建在哪里？", "建在江边。"))
    assert condense("李厂长呢，他要招多少人？", history) == "李厂长要招多少人？"
    assert condense("重庆呢，主打哪几种运动？", history) == "重庆主打哪几种运动？"


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("建在铜梁区的江边。", "铜梁区的区长是谁？"),
        ("建在江边。", "山海化工的新基地那个区的区长是谁？"),
    ],
)
def test_that_district_is_the_one_that_was_named_last(answer: str, expected: str) -> None:
    history = _after(("山海化工的新基地建在哪里？", answer))
    assert condense("那个区的区长是谁？", history) == expected


def test_a_branch_that_the_question_names_itself_is_no_other_one() -> None:
    history = _after(("图书馆桥东分馆星期几不开门？", "周三。"))
    assert condense("矿山分馆为什么改成中午才开？", history) == "矿山分馆为什么改成中午才开？"
    assert condense("分馆几点开？", history) == "图书馆桥东分馆几点开？"


def test_that_flat_of_another_street_takes_the_place_of_the_one_before() -> None:
    history = _after(("柳荫街201能养猫吗？", "不得饲养猫狗。"))
    assert condense("桂花里那套呢？", history) == "桂花里201能养猫吗？"


def test_an_area_that_a_question_names_is_what_it_is_about() -> None:
    history = _after(("卫星互联网要攻哪些技术？", "通信芯片。"))
    assert condense("元宇宙这块要攻哪些技术？", history) == "元宇宙这块要攻哪些技术？"


def test_what_is_asked_of_anew_is_what_it_names() -> None:
    history = _after(("竹溪小区的垃圾车走哪个门？", "北门。"))
    assert condense("再问茶园，冬天能去吗？", history) == "茶园冬天能去吗？"


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("丙号库呢？", "北园丙号库要提前几天退？"),
        ("丙号库呢，多大？", "北园丙号库多大？"),
        ("押金呢，要多少？", "北园甲号冷库押金要多少？"),
    ],
)
def test_another_of_what_is_spoken_of_takes_its_place(question: str, expected: str) -> None:
    history = _after(("北园甲号冷库要提前几天退？", "60天。"))
    assert condense(question, history) == expected


def test_without_history_a_question_is_itself() -> None:
    assert condense("那它呢？", []) == "那它呢？"


@pytest.mark.parametrize(
    ("earlier", "question", "expected"),
    [
        ("2026年全球折叠屏手机能出多少台？", "那2027年呢？", "2027年全球折叠屏手机能出多少台？"),
        ("重庆新增了多少科技型企业？", "那高新技术企业呢？", "重庆新增了多少高新技术企业？"),
        ("浙江的增速是多少？", "四川呢？", "四川的增速是多少？"),
        ("浙江的增速是多少？", "请问一下四川呢？", "四川的增速是多少？"),
        ("浙江的增速是多少？", "四川怎么样？", "四川的增速是多少？"),
        ("上半年重庆汽车产量是多少？", "新能源汽车呢？", "上半年重庆新能源汽车产量是多少？"),
        ("渝北区有多少家软件企业？", "那营业收入呢？", "渝北区软件企业营业收入是多少？"),
        ("渝北区有多少家软件企业？", "从业人员呢？", "渝北区有多少从业人员？"),
        ("渝北区软件企业营业收入是多少？", "从业人员呢？", "渝北区软件企业从业人员是多少？"),
        ("山城建成了多少个智能工厂？", "数字化车间呢？", "山城建成了多少个数字化车间？"),
        ("山城有多少家软件企业？", "那赛力斯呢？", "赛力斯有多少家软件企业？"),
        # a firm takes the place of a firm, not of what is sold
        ("赛力斯去年卖了多少新能源汽车？", "长安汽车呢？", "长安汽车去年卖了多少新能源汽车？"),
        # points of another sort
        ("王建国认为山城有哪些优势？", "那挑战呢？", "王建国认为山城有哪些挑战？"),
        ("王建国认为山城有哪些优势？", "周建华呢，他觉得有哪些？", "周建华认为山城有哪些优势？"),
        ("“人手紧”问题怎么化解？", "“资金缺”问题呢？", "“资金缺”问题怎么化解？"),
        ("上半年重庆汽车产量是多少？", "排第几？", "重庆汽车产量排第几？"),
        ("山城区有多少家企业？", "这些企业在哪里？", "山城区企业在哪里？"),
        # more of the same
        ("王建国说了三个作用，第一个是什么？", "还有呢？", "王建国说了三个作用有哪些？"),
        ("王建国有什么建议？", "还有别的吗？", "王建国有什么建议？"),
        ("7号线有多长？", "8号线呢？", "8号线有多长？"),
        ("J8洗碗机能放几套餐具？", "J12呢？", "J12洗碗机能放几套餐具？"),
        ("万州区的贷款余额增长了多少？", "那大足区呢？", "大足区的贷款余额增长了多少？"),
        ("骑电动车不戴头盔罚多少？", "在楼道里充电呢？", "在楼道里充电罚多少？"),
        ("养老中心失能老人一个月收多少钱？", "自理的呢？", "养老中心自理老人一个月收多少钱？"),
        ("腾沙基地的装机容量是多少？", "总投资呢？", "腾沙基地的总投资是多少？"),
        ("今年浙江批准了多少渔船出海？", "宁波有多少艘？", "今年宁波批准了多少渔船出海？"),
        ("苹果要种几年才结果？", "桃树呢？", "桃树要种几年才结果？"),
        ("口岸的出口货物以什么为主？", "进口呢？", "口岸的进口货物以什么为主？"),
        ("北岛海缆有多长？", "功率等级呢？", "北岛海缆功率等级是多少？"),
    ],
)
def test_a_new_thing_takes_the_place_of_the_one_like_it(
    earlier: str, question: str, expected: str
) -> None:
    assert expected in read(question, _after((earlier, "42。"))).rewritten[:1]


@pytest.mark.parametrize(
    ("answer", "question", "expected"),
    [
        ("一是水质好。二是品种多。[1]", "第二点具体怎么讲？", "湖区渔业“品种多”具体怎么讲？"),
        (
            "人手不足、资金不足、冷链不足。",
            "最后一条他是咋讲的？",
            "湖区渔业“冷链不足”他是咋讲的？",
        ),
        ("1. 修路。\n2. 办学。", "第一条该怎么做？", "湖区渔业“修路”该怎么做？"),
        ("修路、办学、通电。", "那第二个呢？", "湖区渔业“办学”具体怎么讲？"),
        ("修路、办学、通电。", "展开讲讲第三点", "湖区渔业“通电”具体怎么讲？"),
        ("修路、办学、通电。", "第二个呢，怎么讲？", "湖区渔业“办学”具体怎么讲？"),
    ],
)
def test_a_point_of_the_last_answer_is_asked_for_by_its_words(
    answer: str, question: str, expected: str
) -> None:
    assert condense(question, _after(("湖区渔业有哪些优势？", answer))) == expected


def test_a_point_that_the_last_answer_does_not_have_is_asked_for_as_it_stands() -> None:
    asked = condense(
        "第三点具体怎么讲？", _after(("湖区渔业有哪些优势？", "一是水质好。二是品种多。"))
    )
    assert "“" not in asked


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("它占地多大？", "山海化工的新基地占地多大？"),
        ("那里有多少职工？", "山海化工的新基地有多少职工？"),
        ("这个基地是谁建的？", "山海化工的新基地是谁建的？"),
        ("基地什么时候投产？", "山海化工的新基地什么时候投产？"),
        ("有多少职工？", "山海化工的新基地有多少职工？"),
        ("什么时候投产？", "山海化工的新基地什么时候投产？"),
        ("这条规矩谁定的？", "山海化工的新基地规矩谁定的？"),
        ("好，那它占地多大？", "山海化工的新基地占地多大？"),
        ("投产那天几点剪彩？", "山海化工的新基地投产那天几点剪彩？"),
        ("那几天几点剪彩？", "山海化工的新基地那几天几点剪彩？"),
        ("没到场的那个人是谁？", "山海化工的新基地没到场的那个人是谁？"),
        ("它家的门卫几点下班？", "山海化工的新基地的门卫几点下班？"),
        ("这个基地，里面有多少人？", "山海化工的新基地，里面有多少人？"),
        ("再说回东江大桥 它有多长？", "东江大桥有多长？"),
        ("为什么？", "山海化工的新基地建的原因是什么？"),
        ("还有呢？有多少职工？", "山海化工的新基地有多少职工？"),
        ("不足的地方呢？", "山海化工的新基地有哪些不足的地方？"),
    ],
)
def test_what_is_left_out_is_put_back_where_it_was(question: str, expected: str) -> None:
    history = _after(("山海化工的新基地建在哪个区？", "北岸区"))
    assert expected in read(question, history).rewritten[:1]


def test_a_point_of_somebody_is_one_of_what_he_said_whoever_was_spoken_of_since() -> None:
    history = _after(
        ("王建国有什么建议？", "王建国建议：1. 修路。\n2. 办学。"),
        ("那李秀英呢？", "李秀英建议：1. 通电。\n2. 引水。"),
    )
    asked = read("刚才那位王建国说的第一条，具体要怎么做？", history).rewritten[0]
    assert "修路" in asked
    assert "通电" not in asked


def test_what_is_named_first_may_be_asked_of_alone() -> None:
    history = _after(("长丰那个赋能中心多大？", "4500平方米。"))
    assert read("未来工厂呢，要建几个？", history).otherwise == ("未来工厂要建几个？",)
    assert read("工资呢，一个月多少？", history).otherwise == ()


@pytest.mark.parametrize(
    ("earlier", "question", "expected"),
    [
        ("湖区渔业有哪些优势？", "难处呢？", "湖区渔业有哪些难处？"),
        ("湖区渔业的好处是什么？", "坏处呢？", "湖区渔业有哪些坏处？"),
        ("何远觉得湖区渔业占哪些便宜？", "难处呢？", "何远觉得湖区渔业有哪些难处？"),
    ],
)
def test_another_side_is_asked_of_all_that_was_spoken_of(
    earlier: str, question: str, expected: str
) -> None:
    assert read(question, _after((earlier, "水质好。"))).rewritten[:1] == (expected,)


def test_only_how_it_changes_is_asked_of_what_was_asked_for() -> None:
    history = _after(("青禾乳业净利润是多少？", "6.12亿元。"))
    assert condense("为什么下降了？", history) == "青禾乳业净利润为什么下降了？"
    assert condense("有多少员工？", history) == "青禾乳业有多少员工？"


@pytest.mark.parametrize(
    ("earlier", "question", "expected"),
    [
        ("青禾乳业净利润是多少？", "如今是多少？", "青禾乳业净利润如今是多少？"),
        ("青禾乳业的门店数量是多少？", "目前有多少？", "青禾乳业的门店数量目前有多少？"),
        ("青禾乳业净利润目标是多少？", "目前完成了多少？", "青禾乳业净利润目前完成了多少？"),
        ("大桥的投资计划是多少？", "实际投了多少？", "大桥的投资实际投了多少？"),
    ],
)
def test_how_it_is_now_is_asked_of_the_figure_and_not_of_its_aim(
    earlier: str, question: str, expected: str
) -> None:
    assert condense(question, _after((earlier, "42。"))) == expected


def test_a_line_before_the_question_is_what_it_is_asked_about() -> None:
    assert condense("我在看沙河大桥的报道\n它有多长？", []) == "沙河大桥有多长？"
    assert condense("青禾乳业\n净利润是多少？", []) == "青禾乳业净利润是多少？"


@pytest.mark.parametrize(
    ("earlier", "question", "expected"),
    [
        # a place is what it is called with: 云雾 and 县 are words of their own
        ("青禾乳业有多少名员工？", "云雾县呢？", "云雾县有多少名员工？"),
        # what is in quotes is one word
        ("《山海谣》是谁写的？", "它有多少页？", "《山海谣》有多少页？"),
        ("“长风”型货轮是哪里造的？", "它能装多少箱？", "“长风”型货轮能装多少箱？"),
        # a noun goes on with the name before it
        ("璧城光电有多少项专利？", "它有多少人？", "璧城光电有多少人？"),
    ],
)
def test_a_name_is_whole(earlier: str, question: str, expected: str) -> None:
    assert condense(question, _after((earlier, "42。"))) == expected


def test_another_question_word_takes_the_place_of_the_last_one() -> None:
    history = _after(("马拉松什么时候领参赛物品？", "11月14日。"))
    assert condense("在哪儿领？", history) == "马拉松在哪儿领参赛物品？"


def test_a_person_is_whom_the_last_answer_named() -> None:
    history = _after(("青山工业党委副书记是谁？", "叶万华"))
    assert condense("他说改造完效果怎么样？", history) == "叶万华说改造完效果怎么样？"


def test_a_person_is_meant_some_turns_after_he_was_named() -> None:
    history = _after(("青山工业党委副书记是谁？", "叶万华"), ("青山工业去年产值多少？", "3亿元"))
    assert condense("他是哪一年上任的？", history) == "叶万华是哪一年上任的？"


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("那它的投资呢？", "赛力斯超级工厂的投资是多少？"),
        ("长安自主品牌呢？", "长安自主品牌去年卖了多少辆车？"),
        ("那全市呢？", "全市去年卖了多少辆车？"),
        ("全市的产量到多少了？", "全市的产量到多少了？"),
        ("为什么要建这个？", "为什么要建赛力斯超级工厂？"),
    ],
)
def test_another_or_the_whole_takes_the_place_and_what_is_owned_stays(
    question: str, expected: str
) -> None:
    assert condense(question, _after(("赛力斯超级工厂去年卖了多少辆车？", "30万辆。"))) == expected


def test_what_is_no_noun_is_no_thing_that_one_goes_on_about() -> None:
    history = _after(("青山工业的车间是怎么回事？", "改造过。"), ("一共花了几个月？", "六个。"))
    assert condense("它效果咋样？", history).startswith("青山工业")


def test_a_place_behind_a_noun_points_at_nothing() -> None:
    asked = condense("机器人那边有多少款？", _after(("低空产业产值多少？", "30亿元")))
    assert "机器人有多少款" in asked


def test_a_carried_time_is_given_up_before_all_is_refused() -> None:
    reading = read("长安自主品牌呢？", _after(("赛力斯前三季度卖了多少车？", "30万辆。")))
    assert reading.query == "长安自主品牌前三季度卖了多少车？"
    assert reading.otherwise == ("长安自主品牌卖了多少车？",)


def test_a_part_of_what_was_counted_is_asked_for() -> None:
    history = _after(("生物城有多少个在研新药？", "56个。"))
    assert condense("其中多少个进入临床？", history) == "生物城在研新药多少个进入临床？"


def test_a_place_told_by_its_last_character_is_the_whole_place() -> None:
    history = _after(("临川市博物馆几点开门？", "上午9时。"))
    assert condense("馆里能停车吗？", history) == "临川市博物馆能停车吗？"


def test_queries_do_not_grow_with_the_conversation() -> None:
    history = _after(("山海化工的新基地建在哪个区？", "北岸区"))
    for question in ("什么时候投产？", "它有多少职工？", "占地多大？", "投资多少？") * 3:
        query = condense(question, history)
        assert len(query) < len("山海化工的新基地") + len(question) + 1
        history.append(Turn(question, "一句回答，说了许多。[1]"))


def test_the_subject_is_found_some_turns_back() -> None:
    history = _after(
        ("山海化工的新基地建在哪个区？", "北岸区。"), ("什么时候投产？", "明年。"), ("谢谢", "不客气。")
    )  # fmt: skip
    assert condense("它占地多大？", history) == "山海化工的新基地占地多大？"


def test_a_refused_answer_names_nothing_that_could_be_meant() -> None:
    refusal = "文章里没有说到这个问题的答案。"
    for turn in (
        Turn("链主企业是哪家？", "海辰储能。", refused=True),
        Turn("链主企业是哪家？", refusal),
    ):
        assert "海辰" not in condense("它一小时能出多少块？", [turn])
        assert "文章" not in condense("它一小时能出多少块？", [turn])
    assert "海辰储能" in condense(
        "它一小时能出多少块？", _after(("链主企业是哪家？", "海辰储能[1]"))
    )


@pytest.mark.parametrize(
    "question",
    [
        "《上海市土壤污染防治条例》从2023年几月开始施行？",
        "光明科学城在哪里？",
        "郭贝贝写了什么？",
        "国芯微的运营成本降低了多少？",
    ],
)
def test_a_change_of_subject_is_left_alone(question: str) -> None:
    history = _after(("赛力斯前三季度卖了多少辆车？", "31.67万辆。"))
    assert condense(question, history) == question


def test_what_is_told_before_a_question_is_a_turn_before_it() -> None:
    told = "我在写一篇介绍城市交通的稿子，需要核对几个数字。"
    assert condense(f"{told}请问滨河大桥桥长多少公里？", []) == "请问滨河大桥桥长多少公里？"
    assert condense("滨河大桥昨天通车了。它有多长？", []) == "滨河大桥有多长？"


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("When was it opened?", "When was the Binhe bridge opened？"),
        ("What are its costs?", "What are the Binhe bridge's costs？"),
        ("Where is the new library?", "Where is the new library？"),
    ],
)
def test_english_pronouns_give_way_to_what_they_stand_for(question: str, expected: str) -> None:
    assert condense(question, _after(("How long is the Binhe bridge?", "1.2 km."))) == expected


def test_what_was_searched_is_not_worked_out_again() -> None:
    history = [Turn("那它呢？", "8万平方米。", query="滨河大桥有多长？")]
    assert condense("什么时候通车？", history) == "滨河大桥什么时候通车？"


@pytest.mark.parametrize(
    ("before", "question", "query"),
    [
        ("云雾水泵厂董事长是谁？", "石门茶业呢？", "石门茶业董事长是谁？"),
        ("谁是云雾厂的厂长？", "石门厂呢？", "谁是石门厂的厂长？"),
        ("石门厂的董事长是谁？", "总经理呢？", "石门厂的总经理是谁？"),
        ("云雾公司一季度签约合同多少份？", "金额呢？", "云雾公司一季度签约合同金额是多少？"),
        ("QL-20售价多少？", "QL-35呢？", "QL-35售价多少？"),
    ],
)
def test_what_is_asked_is_kept_and_the_slot_alike_gives_way(
    before: str, question: str, query: str
) -> None:
    assert read(question, [Turn(before, "", query=before)]).query == query


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("对了，前面说的云州，茶园加起来有多少亩？", "云州茶园加起来有多少亩？"),
        ("还是说李教授，他觉得难在哪？", "李教授觉得难在哪？"),
        ("之前提到的那家纽扣厂，老板是谁？", "纽扣厂老板是谁？"),
        ("再说说茶园，面积多大？", "茶园面积多大？"),
        ("话说回来，先前那个茶园，面积多大？", "茶园面积多大？"),
        ("最开始聊的健康城，那儿有几家医院？", "健康城有几家医院？"),
    ],
)
def test_what_is_brought_back_is_what_is_asked_about(question: str, asked: str) -> None:
    assert condense(question, _after(("青县的桥有多长？", "300米"))) == asked


def test_a_thing_that_is_only_pointed_at_is_not_brought_back() -> None:
    asked = condense("说一下那个项目，什么时候开工？", _after(("青县的光伏项目投资多少？", "3亿")))
    assert "青县" in asked


def test_inside_is_where_the_talk_is() -> None:
    asked = condense("这里头医院有几家？", _after(("健康城有多大？", "9平方公里")))
    assert asked == "健康城医院有几家？"


BRIDGES = (("滨河大桥有多长？", "3.6公里。"), ("石门大桥是谁设计的？", "王建国。"))


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        # the first one, and the one before the last
        ("最开始问的那座桥有几条车道？", "滨河大桥有几条车道？"),
        ("第一个问题里的那座桥是哪年通车的？", "滨河大桥是哪年通车的？"),
        ("前面那座有几条车道？", "滨河大桥有几条车道？"),
        ("一开始那个问题换成东江大桥呢？", "东江大桥有多长？"),
        # the last one, where nothing else is said
        ("它是哪年通车的？", "石门大桥是哪年通车的？"),
        ("再说第一个，怎么比前一年多那么多？", "滨河大桥怎么比前一年多那么多？"),
        # something else
        ("不说这个了，青禾乳业有多少人？", "青禾乳业有多少人？"),
        ("换个话题：青禾乳业有多少人？", "青禾乳业有多少人？"),
        # says itself of what
        ("头一家上市公司是谁？", "头一家上市公司是谁？"),
    ],
)
def test_which_question_is_taken_up_is_heeded(question: str, expected: str) -> None:
    assert condense(question, _after(*BRIDGES)) == expected


@pytest.mark.parametrize(
    ("earlier", "question", "expected"),
    [
        (
            "渝北区派了哪些人？",
            "先不说贷款，这个区前三季度的工厂总共做出多少产值？",
            "渝北区前三季度的工厂总共做出多少产值？",
        ),
        ("青禾乳业2024年卖了多少吨奶？", "2020年的时候呢？", "青禾乳业2020年卖了多少吨奶？"),
        ("庆铃的氢能车有哪些吨位？", "一辆卖多少钱？", "庆铃的氢能车一辆卖多少钱？"),
        ("创新中心楼上是干什么的？", "楼下嘞", "创新中心楼下是干什么的？"),
        ("给企业的设备上保险吗？", "为啥要这样", "给企业的设备上保险的原因是什么？"),
        # a name in front is asked of
        ("大足区的贷款担保金有多少？", "万州贷款涨了多少？", "万州贷款涨了多少？"),
        # what is asked about is all of it, and not the first word
        (
            "天虹大明1921创意园按什么原则建的？",
            "建筑面积多少？",
            "天虹大明1921创意园建筑面积多少？",
        ),
    ],
)
def test_what_people_leave_out_is_put_back(earlier: str, question: str, expected: str) -> None:
    assert condense(question, _after((earlier, "42。"))) == expected
