"""Encodings: which one a file is in, by its bytes alone, and what cannot be read said truly."""

from __future__ import annotations

import pytest

from index.errors import SourceError
from index.reading.decode import DAMAGED, decode

SIMPLIFIED = [
    "今年前三季度，全市外贸进出口总值达到五千六百亿元，同比增长百分之四点三。",
    "昨日上午，滨江步道改造工程正式动工，预计明年五月底前全线贯通。",
    "县水务局提醒市民，供水管网检修期间部分小区水压偏低，请提前储水。",
    "春分刚过，山坡上的茶园已经热闹起来，茶农们背着竹篓采摘头茬新芽。",
    "会议强调，要把防汛救灾摆在突出位置，确保群众生命财产安全。",
    "学而时习之，不亦说乎？有朋自远方来，不亦乐乎？人不知而不愠，不亦君子乎？",
    "环滁皆山也。其西南诸峰，林壑尤美，望之蔚然而深秀者，琅琊也。",
    "庆历四年春，滕子京谪守巴陵郡。越明年，政通人和，百废具兴。",
    "逝者如斯夫，不舍昼夜。",
    "天下大势，分久必合，合久必分。周末七国分争，并入于秦。",
    "新版身份证办理指南：本人携带户口簿到派出所拍照、采集指纹，二十个工作日领取。",
    "这款国产芯片采用十四纳米工艺，功耗降低三成，已在工业控制器上批量应用。",
    "球队在客场以二比一取胜，主教练赛后称赞年轻队员敢打敢拼。",
    "气象台发布暴雨橙色预警，未来六小时局部地区降雨量将超过五十毫米。",
    "这家老书店开了三十八年，店主说，只要还有人读书，就不会关门。",
    "鱼我所欲也，熊掌亦我所欲也；二者不可得兼，舍鱼而取熊掌者也。",
    "国务院办公厅印发通知，部署进一步优化营商环境、降低市场主体制度性交易成本。",
    "大漠孤烟直，长河落日圆。",
    "医生建议，老年人秋冬季节晨练不宜过早，起床后先喝一杯温水。",
]
TRADITIONAL = [
    "捷運環狀線將於明年三月通車，全長十五公里，沿途設十四座車站。",
    "央行昨日宣布調升利率半碼，房貸族每月負擔將增加數百元。",
    "颱風逼近，氣象署於清晨發布海上警報，呼籲民眾避免前往海邊。",
    "市府表示，老舊公寓都更補助申請期限延長至年底，歡迎住戶踴躍提出。",
    "這間百年糕餅舖傳到第四代，仍堅持用柴火蒸製紅豆糕。",
    "學而時習之，不亦說乎？有朋自遠方來，不亦樂乎？人不知而不慍，不亦君子乎？",
    "環滁皆山也。其西南諸峰，林壑尤美，望之蔚然而深秀者，瑯琊也。",
    "慶曆四年春，滕子京謫守巴陵郡。越明年，政通人和，百廢具興。",
    "逝者如斯夫，不舍晝夜。",
    "天下大勢，分久必合，合久必分。周末七國分爭，并入於秦。",
    "研究團隊發現，珊瑚在海水升溫三度後仍能存活，成果刊登於國際期刊。",
    "圖書館週一閉館，週二至週日開放時間為上午九時至下午六時。",
    "立法院三讀通過修正案，自公布日起六個月後施行。",
    "球隊在延長賽第十一局敲出再見安打，終結六連敗。",
    "臺鐵公告春節疏運加開列車一百二十班次，車票二十八日零時開賣。",
    "魚我所欲也，熊掌亦我所欲也；二者不可得兼，舍魚而取熊掌者也。",
    "專家指出，長者應定期檢查視力，白內障手術後須避免提重物。",
    "大漠孤煙直，長河落日圓。",
    "校方說明，新宿舍共有三百二十床，預計九月開學前完工啟用。",
]
HONG_KONG = [
    "港鐵話今朝訊號故障，東鐵綫嚟往大學站嘅列車要慢駛。",
    "佢喺深水埗開咗間茶餐廳，啲街坊成日嚟飲奶茶。",
    "天文台宣布，八號風球喺下晝四點前都唔會除低。",
    "呢條邨嘅升降機壞咗三日，住戶話行樓梯行到腳軟。",
    "立法會議員質疑當局點解咁耐都未公布報告。",
    "個市集擺咗成百個檔口，賣嘢食嘅最多人排隊。",
    "老闆話今年生意差咗三成，下個月就要結業喇。",
    "巴士公司加咗六班車，方便啲學生返學。",
    "佢哋喺沙灘執咗二十袋垃圾，當中大部分係膠樽。",
    "醫生話呢種病冇得斷尾，但係可以用藥控制。",
    "街市啲菜今個禮拜貴咗兩蚊一斤。",
    "消防員用咗四個鐘先至救熄場火。",
    "政府話會喺下年起多兩間診所，等啲老人家睇病唔使排咁耐。",
    "今次展覽擺出咗三百幾件古董，免費入場。",
    "渡輪因為大霧停航，碼頭迫滿咗人。",
    "警方喺山頂搵返失蹤嘅行山客，佢冇受傷。",
    "屋苑啲業主投票決定轉用另一間管理公司。",
]
KOREAN = [
    "회의 의제는 다음과 같습니다. 참가자는 모두 열 명입니다.",
    "서울시는 어제 새로운 교통 대책을 발표했다.",
    "올해 수출액은 지난해보다 오 퍼센트 늘어난 것으로 나타났다.",
    "비가 많이 내려 강물이 불어났으니 주의하시기 바랍니다.",
    "도서관은 매주 월요일에 문을 닫는다.",
    "그는 산에 올라가서 아침 해가 뜨는 것을 보았다.",
    "학생들이 운동장에 모여 노래를 불렀다.",
    "이 제품은 전기를 적게 쓰고 소음이 작다.",
    "정부는 내년 예산안을 국회에 제출하였다.",
    "병원에 가기 전에 미리 전화로 예약하세요.",
    "새 다리가 내년 봄에 완공될 예정이다.",
    "우리 팀은 마지막 경기에서 두 골 차로 이겼다.",
    "물가가 오르면서 시장을 찾는 사람이 줄었다.",
    "연구진은 바다의 온도가 높아지고 있다고 밝혔다.",
    "오늘 저녁에는 바람이 강하게 불겠습니다.",
    "어린이날을 맞아 공원에서 여러 행사가 열린다.",
    "기차표는 인터넷으로 살 수 있습니다.",
]
JAPANESE = [
    "会議の議題は次のとおりです。参加者は全部で十名です。",
    "東京都は昨日、新しい交通対策を発表した。",
    "今年の輸出額は昨年より五パーセント増えたことが分かった。",
    "大雨で川の水が増えていますので、ご注意ください。",
    "図書館は毎週月曜日に閉まります。",
    "彼は山に登って朝日が昇るのを見た。",
    "子どもたちは校庭に集まって歌を歌いました。",
    "この製品は電気をあまり使わず、音も静かです。",
    "政府は来年度の予算案を国会に提出した。",
    "病院へ行く前に、電話で予約してください。",
    "新しい橋は来年の春に完成する予定だ。",
    "わたしたちのチームは最後の試合で二点差で勝った。",
    "物価が上がり、市場を訪れる人が減っている。",
    "研究チームは、海の温度が上がっていると明らかにした。",
    "今夜は風が強く吹くでしょう。",
    "こどもの日に、公園でいろいろな催しが開かれる。",
    "切符はインターネットで買うことができます。",
]
WESTERN = [
    "Käse, Übermut und Größe sind schöne Wörter für ein Gespräch über Bücher.",
    "Le café près de la forêt était fermé à cause de la grève générale.",
    "El niño jugó en el jardín mañana y tarde, según contó su señor padre.",
    "A reunião começará às nove horas; não haverá intervalo até às onze.",
    "Perché la città è così bella? È più facile di quanto tu creda.",
    "Våra vänner från Malmö åkte tåg över bron på söndag förmiddag.",
    "Die Straße führt über den Fluß zur Mühle und wieder zurück.",
    "L’été dernier, nous avons visité un château magnifique.",
    "“Well,” she said, “it’s the café’s fault – not ours.”",
    "Der Zug fährt um fünf Uhr früh ab; die Fahrgäste müssen pünktlich sein.",
    "Ça va très bien, merci; à bientôt, mon cher ami.",
    "La señora compró piñas, limón y jamón en el mercado de Cádiz.",
    "Blåbær og rømme smaker godt på en lørdag kveld ved sjøen.",
    "O avô pôs o pé no chão e pediu pão quente à avó.",
    "Müller & Söhne: Möbel für große und kleine Räume, geöffnet täglich.",
    "Où est passé l’élève? Il était là à midi précis.",
    "Será difícil explicar la razón por la que llegó aquí también.",
]

CHINESE = [
    *((sentence, encoding) for sentence in SIMPLIFIED for encoding in ("gb18030", "gb2312")),
    *((sentence, encoding) for sentence in TRADITIONAL for encoding in ("big5", "gb18030")),
    *((sentence, "big5hkscs") for sentence in [*TRADITIONAL, *HONG_KONG]),
    *(
        (sentence, encoding)
        for sentence in [*SIMPLIFIED, *TRADITIONAL]
        for encoding in ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")
    ),
]
FOREIGN = [
    *((sentence, "euc_kr", "EUC-KR") for sentence in KOREAN),
    *((sentence, "shift_jis", "Shift-JIS") for sentence in JAPANESE),
    *((sentence, "euc_jp", "EUC-JP") for sentence in JAPANESE),
    *((sentence, "cp1252", "Windows-1252") for sentence in WESTERN),
]


@pytest.mark.parametrize("length", [10, 200])
@pytest.mark.parametrize("encoding", sorted({encoding for _, encoding in CHINESE}))
def test_chinese_is_read_in_every_encoding_without_a_mark(encoding: str, length: int) -> None:
    texts = [sentence[:length] for sentence, other in CHINESE if other == encoding]
    wrong = [text for text in texts if decode(text.encode(encoding)) != text]
    assert wrong == []


@pytest.mark.parametrize("encoding", sorted({encoding for _, encoding in CHINESE}))
def test_an_article_of_many_lines_is_read_whole(encoding: str) -> None:
    texts = [sentence for sentence, other in CHINESE if other == encoding]
    article = "\r\n".join(["Report 2024", *texts, "http://example.com/"] * 20)
    assert decode(article.encode(encoding)) == article


@pytest.mark.parametrize("name", sorted({name for _, _, name in FOREIGN}))
def test_other_languages_are_refused_by_name(name: str) -> None:
    wrong = []
    for sentence, encoding, other in FOREIGN:
        if other == name:
            try:
                wrong.append(decode(sentence.encode(encoding)))
            except SourceError as error:
                wrong += [] if name in str(error) else [f"{sentence}: {error}"]
    assert wrong == []


NEWS = "\n\n".join(SIMPLIFIED)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "big5", "utf-16-le"])
@pytest.mark.parametrize("count", [1, 3])
def test_a_few_bad_bytes_are_replaced_and_the_rest_is_read(encoding: str, count: int) -> None:
    text = "\n\n".join(TRADITIONAL) if encoding == "big5" else NEWS
    paragraphs = text.split("\n\n")
    bad = b"\x00\xd8" if encoding == "utf-16-le" else b"\xff"
    pieces = [paragraph.encode(encoding) for paragraph in paragraphs]
    for i in range(count):
        pieces[i * 3] += bad
    read = decode("\n\n".encode(encoding).join(pieces))
    assert read.count(DAMAGED) == count
    assert read.replace(DAMAGED, "") == text


def test_a_file_that_is_damaged_all_over_is_refused() -> None:
    with pytest.raises(SourceError, match="undecodable"):
        decode(b"\xff".join(char.encode() for char in NEWS))


PAGE = "<html><head>{}<title>{}</title></head><body><p>{}</p></body></html>"


@pytest.mark.parametrize(
    ("declaration", "encoding"),
    [
        ('<meta charset="big5">', "big5"),
        ("<meta charset=big5-hkscs>", "big5hkscs"),
        ('<meta http-equiv="Content-Type" content="text/html; charset=big5">', "big5"),
        ('<meta http-equiv=Content-Type content="text/html; charset=gb2312">', "gb18030"),
        ('<META HTTP-EQUIV="content-type" CONTENT="text/html; CHARSET=GBK">', "gb18030"),
        ('<?xml version="1.0" encoding="GB2312"?>', "gb18030"),
    ],
)
def test_a_declared_encoding_is_taken_where_it_fits(declaration: str, encoding: str) -> None:
    # So short that the bytes alone would leave it open.
    for text in ("說明", "橋長", "年報", "圖書", "上網"):
        page = PAGE.format(declaration, text, text)
        assert decode(page.encode(encoding), "html") == page


@pytest.mark.parametrize(
    "declared", ["utf-8", "big5", "iso-8859-1", "euc-kr", "nonsense", "utf-16"]
)
@pytest.mark.parametrize("encoding", ["gb18030", "utf-8"])
def test_a_declaration_that_lies_is_not_believed(declared: str, encoding: str) -> None:
    page = PAGE.format(f'<meta charset="{declared}">', "公告", SIMPLIFIED[2])
    assert decode(page.encode(encoding), "html") == page


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x01\x00\x00\x00\x01\x00\x08\x06", "binary"),
        (b"PK\x03\x04\x14\x00\x06\x00\x08\x00\x00\x00!\x00\xdf\xa4\xd2lZ\x01", "binary"),
        (b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n" + bytes(range(256)) * 4, "binary"),
        (b"", "empty"),
        ("　\r\n ".encode("utf-16-le"), "empty"),
    ],
)
def test_the_reason_is_the_true_one(data: bytes, reason: str) -> None:
    with pytest.raises(SourceError, match=reason):
        decode(data)
