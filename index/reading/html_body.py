"""Which lines of a page are its text, and which are its surroundings.

Judged as trafilatura and jusText judge: by the elements, by the names that pages give them, by how
much of a line is links, by whether it holds sentences, and by what stands beside it. A page in which
everything looks like surroundings keeps its text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice, pairwise, takewhile

from index.reading.html_tree import Leaf, Node, Page


def _words(names: str) -> frozenset[str]:
    return frozenset(re.findall(r"\S+", names))


_APART = frozenset({"nav", "aside", "footer"})
_ROLES = frozenset(
    {
        "navigation", "banner", "contentinfo", "complementary", "search", "dialog", "alertdialog", "menu",
        "menubar", "tablist", "toolbar",
    }
)  # fmt: skip
#: Names of what is never the text, English and in pinyin, whatever it holds.
_SURELY = _words(
    "nav navbar navigation breadcrumb breadcrumbs crumb crumbs mbx dqwz weizhi position location sidebar "
    "aside footer foot dibu yejiao copyright copy banquan share sharing sharebar fenxiang bdsharebuttonbox bshare "
    "comment comments pinglun cmt discuss disqus related relate relevant xgxw xiangguan xgwz recommend recommends "
    "recommended recommendation tuijian cookie cookies consent gdpr advert advertisement ad ads adv guanggao gg "
    "pagination pager pagenav page-nav prevnext subscribe newsletter qrcode ewm erweima login signin signup "
    "register denglu popular hotnews ranking rank paihang phb friendlink friendlinks yqlj popup modal toast "
    "disclaimer shengming mianze daohang toplink floatbar fixedbar"
)
#: Names of what often is not; links in it, or no sentence, decide.
_MAYBE = _words(
    "menu header head top topbar banner tool tools toolbar search sousuo links link list-link hot more next prev "
    "tag tags label keywords bottom side right left widget app download vote like likes reward dashang follow "
    "guanzhu meta-links bar btns buttons statement tips"
)
_TEXT = _words(
    "article content contents entry post detail details body text main zhengwen zw neirong nr editor trs "
    "articlebody newstext story"
)
#: Short lines that stand on nearly every page, with the article's text around them or not.
_PHRASES = re.compile(
    r"版权所有|ICP[备证]|公网安备|Copyright|All Rights Reserved|©|网站标识码|"
    r"^(?:分享(?:到|至)?|字[号体][：:]|【?字体|打印|关闭窗口|返回(?:顶部|首页|列表)|上一[篇条]|下一[篇条]|扫一扫|扫码|长按|点击(?:查看|阅读|进入|"
    r"上方|下方)|当前位置|您(?:现在)?的?(?:当前)?(?:所在)?位置|展开全文|阅读原文|我要评论|发表评论|登录后|查看更多|相关(?:新闻|阅读|链接|推荐|文章|"
    r"稿件|报道)|热门(?:文章|推荐|新闻)|推荐阅读|延伸阅读|猜你喜欢|在看|点赞|收藏|举报|订阅|网友评论|全部评论|最新评论|(?:浏览|查看|阅读|点击)(?:次数|量|数)?[：:]|友情链接|更多(?:新闻|>>|»)?$|预览时标签不可点|"
    r"微信扫一扫|喜欢此内容的人还喜欢|继续滑动看下一个|轻触阅读原文|本站|我们使用|本网站使用)",
    re.IGNORECASE,
)
_DATE_LINE = re.compile(r"(?:19|20)\d\d\s?[-/年.]\s?\d{1,2}\s?[-/月.]\s?\d{1,2}")
_INFO = re.compile(
    r"^(?:来源|作者|记者|编辑|责任编辑|责编|发布|时间|日期|索\s?引\s?号|发文|文\s?号|成文|发布机构|主题分类|稿源|撰稿|供稿|审核|校对|楼主)"
)
_ENDS = re.compile(r"[。！？!?…：；][”’」』）)]*\s*$")

#: A line with more of it in links is a line of links.
LINKED = 0.5
#: Characters of a paragraph that needs nothing else to be one, and of a sentence.
PARAGRAPH, SENTENCE = 40, 10
#: The share of the good lines' characters that the element holds in which the text stands.
HELD = 0.8
#: An element that holds more of the page is the page, whatever its name.
MOST = 0.6
_SHORT = 60


def text_of(page: Page) -> list[Leaf]:
    """The leaves of the page that are its text, in its order."""
    leaves = [leaf for leaf in page.leaves if leaf.chars]
    judge = _Judge(leaves)
    kept = [leaf for leaf in leaves if not judge.is_bad(leaf)]
    good = [leaf for leaf in kept if _is_good(leaf)]
    if good:
        kept = list(_around(kept, good, page.title))
    return kept or leaves


class _Judge:
    """Tells the lines that are surroundings by themselves or by what they stand in."""

    def __init__(self, leaves: Sequence[Leaf]) -> None:
        self._chars = sum(leaf.chars for leaf in leaves)
        self._apart: dict[Node, bool] = {}
        self._titles = _link_titles(leaves)

    def is_bad(self, leaf: Leaf) -> bool:
        if leaf in self._titles or self._is_apart(leaf.node):
            return True
        if leaf.chars <= 2 * _SHORT and _PHRASES.search(leaf.text.strip()):
            return True
        return leaf.links > LINKED * leaf.chars and leaf.level != 1

    def _is_apart(self, node: Node) -> bool:
        unknown = list(takewhile(lambda above: above not in self._apart, node.above()))
        for above in reversed(unknown):
            inherited = above.parent is not None and self._apart[above.parent]
            self._apart[above] = inherited or self._stands_apart(above)
        return self._apart[node]

    def _stands_apart(self, node: Node) -> bool:
        if node.headed or node.chars > MOST * self._chars:
            return False
        if node.tag in ("header", "form"):
            return not node.sentences or _in_links(node)
        if node.tag == "footer" and any(above.tag == "article" for above in node.above()):
            return _in_links(node)
        if node.tag in _APART or node.role in _ROLES:
            return True
        names = _names(node.names)
        if names & _SURELY:
            return not (names & _TEXT and node.sentences)
        if names & _MAYBE and not names & _TEXT:
            return _in_links(node) or (not node.sentences and node.links > 0)
        # A block that is mostly links.
        return node.links > 0.6 * node.chars and node.chars > 20


def _in_links(node: Node) -> bool:
    return node.links > 0.33 * node.chars


@lru_cache(maxsize=4096)
def _names(names: str) -> frozenset[str]:
    """The words in class and id: articleShare, share-bar and share_2 all name a share bar."""
    words = re.split(r"[\s_-]+|(?<=[a-z])(?=[A-Z])|(?<=[a-z])(?=\d)", names[:500])
    return frozenset(word.lower() for word in words) | frozenset(names.lower().split())


def _link_titles(leaves: Sequence[Leaf]) -> set[Leaf]:
    """Short lines above nothing but links: 「相关新闻」."""
    return {
        leaf
        for leaf, after in pairwise(leaves)
        if leaf.chars <= 12
        and leaf.level != 1
        and after.links > LINKED * after.chars
        and any(above.links > LINKED * above.chars for above in islice(leaf.node.above(), 3))
    }


def _is_good(leaf: Leaf) -> bool:
    """A line that is text by itself: a paragraph, or a whole sentence."""
    if leaf.level or leaf.links > 0.3 * leaf.chars:
        return False
    stops = len(re.findall("[，。；！？、：,.]", leaf.text))
    if leaf.chars >= PARAGRAPH:
        return stops >= 1
    return leaf.chars >= SENTENCE and bool(_ENDS.search(leaf.text)) and "。" in leaf.text


def _around(kept: Sequence[Leaf], good: Sequence[Leaf], title: str) -> Iterator[Leaf]:
    """The lines of the element in which the text stands; of others its title and its date."""
    body = _body(good)
    inside = [body in leaf.node.above() for leaf in kept]
    first = inside.index(True)
    last = len(inside) - 1 - inside[::-1].index(True)
    begins = _title_before(kept[: first + 1], title)
    for i, leaf in enumerate(kept):
        heads = begins <= i < first or (begins - 3 < i < begins and _is_info(leaf))
        between = begins < i < last and (_is_good(leaf) or leaf.level > 1)
        if inside[i] or heads or between:
            yield leaf


def _body(good: Sequence[Leaf]) -> Node:
    """The smallest element that holds most of the good lines, and is none of these lines itself."""
    whole = sum(leaf.chars for leaf in good)
    held: dict[Node, int] = {}
    for leaf in good:
        for node in leaf.node.above():
            held[node] = held.get(node, 0) + leaf.chars
    lines = {leaf.node for leaf in good}
    enough = [n for n, chars in held.items() if chars >= HELD * whole and n not in lines]
    return max(enough, key=lambda node: node.depth, default=good[0].node)


def _title_before(leaves: Sequence[Leaf], title: str) -> int:
    """The place of the line that is the title, the last one when there is none."""
    for is_title in (_is_headline, lambda leaf: _begins(title, leaf), lambda leaf: leaf.level == 2):
        found = [i for i, leaf in enumerate(leaves) if is_title(leaf)]
        if found:
            return found[-1]
    return len(leaves) - 1


def _is_headline(leaf: Leaf) -> bool:
    return leaf.level == 1


def _begins(title: str, leaf: Leaf) -> bool:
    text = " ".join(leaf.text.split())
    return len(text) >= 5 and title.startswith(text[:60])


def _is_info(leaf: Leaf) -> bool:
    text = leaf.text.strip()
    return leaf.chars <= 2 * _SHORT and bool(_DATE_LINE.search(text) or _INFO.match(text))
