"""The words of the interface by key; the words themselves are in `locales/`, a file a language."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

LANGUAGES = ("zh", "en")
HTML_LANG = {"zh": "zh-CN", "en": "en"}

#: ``{count} [source|sources]``: the first where the number before it is 1; dom.js does the same.
_NUMBER = re.compile(r"(\{(\w+)\}[^{}\[\]]*)\[([^|\[\]]*)\|([^\[\]]*)\]")

<<<<<<< HEAD

def _strings(lang: str) -> dict[str, str]:
    with Path(__file__).with_name("locales").joinpath(f"{lang}.toml").open("rb") as file:
        return tomllib.load(file)


#: Language -> key -> words, as `locales/` has them. `JS_KEYS` are also sent to the page's scripts.
CATALOGUE: dict[str, dict[str, str]] = {lang: _strings(lang) for lang in LANGUAGES}
KEYS = tuple(CATALOGUE["zh"])
=======
#: key -> (Chinese, English). Keys in ``JS_KEYS`` are also sent to the page's scripts.
CATALOGUE: dict[str, tuple[str, str]] = {
    "name": ("有据", "Youju"),
    "tagline": ("问这些文章，句句有据。", "Ask the articles. Every sentence has its evidence."),
    "description": (
        "向一批文章提问，每句回答都标明原文出处。",
        "Question answering over a folder of articles, every sentence cited.",
    ),
    "skip": ("跳到正文", "Skip to the content"),
    "nav": ("主导航", "Main"),
    "nav.ask": ("提问", "Ask"),
    "nav.more": ("更多", "More"),
    "nav.history": ("对话", "Conversations"),
    "nav.library": ("文库", "Library"),
    "nav.evaluation": ("评测", "Evaluation"),
    "nav.docs": ("接口", "API"),
    "nav.language": ("English", "中文"),
    "theme": ("外观", "Theme"),
    "theme.system": ("随系统", "System"),
    "theme.light": ("浅色", "Light"),
    "theme.dark": ("深色", "Dark"),
    "theme.prefix": ("外观：", "Theme: "),
    "theme.switch": ("外观：{theme}，点按切换", "Theme: {theme}. Press to change"),
    # asking
    "ask.label": ("你的问题", "Your question"),
    "ask.placeholder": ("问一个文章里有答案的问题", "Ask something the articles answer"),
    "ask.in_english": (
        "文章是中文的，用英文问也行。",
        "The articles are in Chinese. Ask in English or in Chinese: answers quote the articles.",
    ),
    "ask.in_chinese": (
        "文章是中文的，用中文问最好。",
        "The articles are in Chinese, and so are the words that this library is searched by: questions are"
        " best asked in Chinese.",
    ),
    "ask.what_is_here": ("文库里有哪些文章？", "Which articles are there?"),
    "ask.send": ("提问", "Ask"),
    "ask.stop": ("停止", "Stop"),
    "ask.new": ("新对话", "New conversation"),
    "ask.recent": ("最近的对话", "Lately"),
    "ask.scope": ("只在这 {count} 份来源里找", "Only in {count} [source|sources]"),
    "ask.scope_all": ("改为全部", "Search all"),
    "scope.label": ("范围：", "Scope: "),
    "scope.all": ("全部文章", "all articles"),
    "scope.some": ("{count} 份来源", "{count} [source|sources]"),
    "scope.title": ("在哪些来源里找", "Where to look"),
    "scope.search": ("按名称或标题查找", "Find by name or title"),
    "scope.none": ("不选就是全部文章", "None chosen: all articles"),
    "scope.count": ("已选 {count} 份", "{count} chosen"),
    "scope.full": ("已选 {count} 份，不能再多", "{count} chosen, no more fit"),
    "scope.found": ("选中全部结果", "Choose all found"),
    "scope.only": ("只看已选", "Show chosen"),
    "scope.clear": ("清除", "Clear"),
    "scope.empty": ("没有找到来源。", "No source found."),
    "scope.page": ("第 {n} 页", "Page {n}"),
    "scope.done": ("完成", "Done"),
    "ask.editing": (
        "正在修改问题。新的回答会替换原来的和它后面的。",
        "Editing a question. The new answer replaces the old one and all that follow it.",
    ),
    "ask.cancel": ("取消", "Cancel"),
    "ask.keys": ("回车提问，Shift + 回车换行", "Enter asks, Shift + Enter breaks the line"),
    "ask.library": (
        "文库现有 {count} 份来源。",
        "The library holds {count} [source|sources].",
    ),
    "ask.empty_library": (
        "文库还是空的，添加了文章才能回答。",
        "The library is empty; answers need articles.",
    ),
    "ask.opening": (
        "文库正在打开，请稍候片刻再刷新。",
        "The library is being opened. Reload in a moment.",
    ),
    "ask.examples": ("不妨从这里问起", "A place to start"),
    "ask.conversation": ("对话", "Conversation"),
    # an answer
    "answer.searched": ("实际检索", "Searched for"),
    "answer.refused": ("文章里没有说", "The articles do not say"),
    "answer.fell_back": (
        "语言模型没有给出能核对的回答，以下是文章原句。",
        "The language model gave nothing that could be checked; these are the articles' own sentences.",
    ),
    "answer.cut_short": (
        "语言模型中途停下，以下只是已核对的部分。",
        "The language model stopped midway; this is the part that was checked.",
    ),
    "answer.suggestions": ("可以改问", "You could ask"),
    "answer.followups": ("接着问", "Ask next"),
    "answer.conflicts": ("文章之间说法不一", "The articles disagree"),
    "answer.conflict_about": ("关于", "About"),
    "answer.value": ("说法", "Value"),
    "answer.source": ("出处", "Source"),
    "answer.partial": ("部分支持", "partly supported"),
    "answer.none": ("未获支持", "not supported"),
    "answer.cite": ("出处 {number}：{title}", "Citation {number}: {title}"),
    "answer.joined": ("原文分在 {count} 处", "stands in {count} [place|places] of its source"),
    "answer.changed": ("来源已变动", "source changed"),
    "answer.stopped": ("已停止。", "Stopped."),
    "answer.engine": ("{engine} · {ms} 毫秒", "{engine} · {ms} ms"),
    "answer.full": ("原文支持", "supported"),
    "answer.inserted": (
        "方括号里是补上的词，引文处的原文可以印证。",
        "Put in to make the sentence readable by itself; the cited source bears it out.",
    ),
    "answer.all_supported": (
        "{count} 句，句句有据",
        "{count} [claim, supported|claims, all supported]",
    ),
    "answer.some_supported": (
        "{count} 句，其中 {weak} 句只有部分依据",
        "{count} [claim, supported in part|claims, {weak} of them in part]",
    ),
    "answer.again": ("重新回答", "Answer again"),
    "answer.standalone": ("只按这一句搜", "Only this question"),
    "answer.from_catalogue": (
        "来自文库目录，不是文章原文",
        "From the library's catalogue, not from an article",
    ),
    "answer.edit": ("改问", "Edit"),
    "answer.scope": ("只查了", "Searched only"),
    "answer.scope_more": ("等 {count} 份", "… {count} in all"),
    "answer.date": ("日期", "Date"),
    "answer.undated": ("未注明", "undated"),
    "answer.resuming": ("连接断了，正在续上……", "The connection was lost; taking it up again…"),
    "answer.unfold": ("展开", "Show all"),
    "answer.fold": ("收起", "Show less"),
    "answer.copy": ("复制", "Copy"),
    "answer.copied": ("已复制", "Copied"),
    "answer.copy_failed": ("无法复制", "Could not copy"),
    "answer.retry": ("重试", "Try again"),
    # what readers think
    "feedback.good": ("有用", "Helpful"),
    "feedback.bad": ("没用", "Not helpful"),
    "feedback.good_given": ("已记下：有用", "Noted: helpful"),
    "feedback.bad_given": ("已记下：没用", "Noted: not helpful"),
    "feedback.undo": ("撤回", "Take back"),
    "feedback.why": ("哪里不对？", "What is wrong?"),
    "feedback.wrong": ("事实不对", "The facts are wrong"),
    "feedback.citation": ("引文不支持这句话", "The citation does not bear it out"),
    "feedback.incomplete": ("不完整", "It is incomplete"),
    "feedback.should_refuse": ("文章里其实没说", "The articles do not say this"),
    "feedback.should_answer": ("文章里其实说了", "The articles do say"),
    "feedback.other": ("其他", "Something else"),
    "feedback.expected": ("正确的回答是（可不填）", "The right answer (optional)"),
    "feedback.send": ("提交", "Send"),
    # a conversation, and all of them
    "talk.menu": ("选项", "Options"),
    "talk.menu_of": ("“{title}”的选项", "Options of “{title}”"),
    "talk.title": ("标题", "Title"),
    "talk.rename": ("改名", "Rename"),
    "talk.export": ("导出", "Export"),
    "talk.print": ("打印", "Print"),
    "talk.delete": ("删除对话", "Delete it"),
    "talk.delete_hint": ("删除后不能恢复。", "This cannot be undone."),
    "history.intro": (
        "问过的都在这里，引文编号永不改变。",
        "All that was asked. Citation numbers never change.",
    ),
    "history.gold": (
        "把 {count} 条反馈导出为评测题",
        "Export {count} [judgement as a gold question|judgements as gold questions]",
    ),
    "history.search": ("按标题、问题或回答查找", "Find by title, question or answer"),
    "history.none": ("还没有对话。", "No conversation yet."),
    "history.turns": ("{count} 问", "{count} [question|questions]"),
    "print.back": ("回到对话", "Back to the conversation"),
    # the viewer
    "view.label": ("原文", "Source"),
    "view.close": ("关闭", "Close"),
    "view.previous": ("上一处", "Previous"),
    "view.next": ("下一处", "Next"),
    "view.position": ("第 {n} 处，共 {total} 处", "{n} of {total}"),
    "view.clean": ("整理", "Cleaned"),
    "view.original": ("原样", "Original"),
    "view.mode": ("显示方式", "View"),
    "view.chars": ("第 {start}–{end} 字", "characters {start}–{end}"),
    "view.whole": ("整页打开", "Open as a page"),
    "view.page": ("版面", "Page"),
    "view.page_of": ("第 {n} 页，共 {total} 页", "Page {n} of {total}"),
    "view.page_before": ("上一页", "Previous page"),
    "view.page_after": ("下一页", "Next page"),
    "view.download": ("下载原件", "Download the file"),
    "view.cut": (
        "文件很长，只显示引文附近的部分。",
        "The file is long; only the part around the quote is shown.",
    ),
    "view.changed": (
        "这份来源在回答之后变动过，原来的引文不再标出。",
        "This source changed after the answer was given; the old quote is no longer marked.",
    ),
    "view.articles": ("这份来源里的文章", "Articles of this source"),
    "view.untitled": ("无题", "Untitled"),
    "view.back": ("返回", "Back"),
    "view.mark": ("转到出处 {n}", "Go to citation {n}"),
    "view.loading": ("正在取原文……", "Fetching the source…"),
    # the library
    "library.title": ("文库", "Library"),
    "library.intro": (
        "回答只引用这里的文章。",
        "Answers cite what is here and nothing else.",
    ),
    "library.embedder.named": (
        "语义检索用的是指定的 {name}。",
        "Searched by meaning with {name}, as was asked for.",
    ),
    "library.embedder.small": (
        "语义检索用内置编码器 {name}，能听懂多种语言；超过 {limit} 段时改用更快的词表。",
        "Searched by meaning with the built-in encoder {name}, which knows many languages; beyond"
        " {limit} passages a faster table of words takes over.",
    ),
    "library.embedder.large": (
        "超过 {limit} 段，语义检索用内置词表 {name}，只懂中文。",
        "Beyond {limit} passages it is searched by meaning with the built-in table of words {name},"
        " which knows Chinese only.",
    ),
    "library.embedder.kept": (
        "语义检索用内置词表 {name}，只懂中文；重建索引后改用能听懂多种语言的编码器。",
        "Searched by meaning with the built-in table of words {name}, which knows Chinese only; index"
        " again, and the encoder takes over, which knows many languages.",
    ),
    "library.search": ("按名称、标题或正文查找", "Find by name, title or text"),
    "library.all": ("全部", "All"),
    "library.exact": ("正文含“{query}”", "Texts that hold “{query}”"),
    "library.near": ("意思相近的段落", "Passages near in meaning"),
    "library.only_near": (
        "没有检索到含“{query}”的段落，这些只是意思相近",
        "No passage with “{query}” was found; these are near in meaning",
    ),
    "library.no_name": ("没有名称或标题含“{query}”的来源。", "No name or title holds “{query}”."),
    "library.count": ("共 {count} 份来源", "{count} [source|sources]"),
    "library.matching": (
        "名称或标题相符的 {count} 份来源",
        "{count} [source|sources] by name or title",
    ),
    "library.state": ("可检索，{count} 段", "searchable, {count} [passage|passages]"),
    "library.stateless": ("没有可检索的正文", "no text to search"),
    "library.pick": ("选中“{name}”", "Choose “{name}”"),
    "library.picked": ("已选 {count} 份", "{count} chosen"),
    "library.ask_picked": ("只问所选的来源", "Ask the chosen ones only"),
    "library.undo": ("撤销", "Undo"),
    "library.restored": ("已恢复 {name}。", "Restored {name}."),
    "library.delete_of": ("删除 {name}", "Delete {name}"),
    "library.page_of": ("第 {n} 页，共 {total} 页", "Page {n} of {total}"),
    "library.waiting": ("等待中", "waiting"),
    "library.sending": ("上传 {percent}%", "sending {percent}%"),
    "library.indexing": ("正在索引", "indexing"),
    "library.progress": ("{done} / {total} 个文件", "{done} of {total} [file|files]"),
    "library.find": ("查找", "Find"),
    "library.upload": ("添加文章", "Add articles"),
    "library.upload_hint": (
        "可选多个文件：文本、网页、PDF、Word、Excel、PPT、电子书、邮件、表格、压缩包，每个不超过 {mb} MiB。",
        "One or several files: text, web pages, PDF, Office, e-books, mails, tables, ZIP, up to {mb} MiB each.",
    ),
    "library.choose": ("选择文件", "Choose files"),
    "library.choose_folder": ("选择文件夹", "Choose a folder"),
    "library.drop": ("或把文件、文件夹拖到这里", "or drop files or folders here"),
    "library.left_out": (
        "另有 {count} 个文件的格式读不了，没有上传。",
        "Not uploaded, of a format that cannot be read: {count}.",
    ),
    "library.not_in": (
        "其中 {count} 个没有收入，原因如下。",
        "{count} [was|were] not added, for the reasons below.",
    ),
    "library.none_readable": (
        "文件夹里没有能读的文章。",
        "The folder holds no article that can be read.",
    ),
    "library.send": ("上传", "Upload"),
    "library.size": ("{chars} 字", "{chars} [character|characters]"),
    "library.damaged": (
        "{count} 个字符损坏，无法读出",
        "{count} damaged [character|characters] could not be read",
    ),
    "library.articles": ("{count} 篇", "{count} [article|articles]"),
    "library.none": ("文库还是空的。", "The library is empty."),
    "library.no_match": ("没有找到“{query}”。", "Nothing matches “{query}”."),
    "library.delete": ("删除", "Delete"),
    "library.confirm": (
        "删除后，新的回答不再引用它。",
        "New answers will no longer cite it.",
    ),
    "library.confirm_yes": ("确认删除", "Delete it"),
    "library.deleted": ("已删除 {name}。", "Deleted {name}."),
    "library.previous": ("上一页", "Previous page"),
    "library.next": ("下一页", "Next page"),
    "library.pages": ("翻页", "Pages"),
    "library.status.added": ("已添加", "added"),
    "library.status.changed": ("已更新", "updated"),
    "library.status.unchanged": ("没有变化", "unchanged"),
    "library.status.skipped": ("未收入", "not added"),
    "skipped.empty": ("文件里没有文字", "it holds no text"),
    "skipped.empty.hint": ("请看看文件是不是存好了。", "See whether the file was saved."),
    "skipped.binary": ("不是文本文件", "it is not a text"),
    "skipped.binary.hint": ("请存成文本再上传。", "Save it as text, and upload that."),
    "skipped.undecodable": ("认不出它的编码", "its encoding is not known"),
    "skipped.undecodable.hint": ("请存成 UTF-8 再上传。", "Save it as UTF-8, and upload that."),
    "skipped.broken": ("里面有坏字符", "it holds a broken character"),
    "skipped.broken.hint": ("请存成 UTF-8 再上传。", "Save it as UTF-8, and upload that."),
    "skipped.encrypted": ("文件加了密", "it is encrypted"),
    "skipped.encrypted.hint": (
        "请去掉密码另存，再上传。",
        "Save it without a password, and upload that.",
    ),
    "skipped.corrupt": ("文件坏了，或与后缀不符", "it is damaged, or not what its ending says"),
    "skipped.corrupt.hint": (
        "请打开后另存一份再上传。",
        "Open it, save it again, and upload that.",
    ),
    "skipped.scanned": (
        "是扫描的图片，没有读出文字",
        "its pages are pictures, and no text was read on them",
    ),
    "skipped.scanned.hint": (
        "服务器上装了 youju[ocr] 才能认字；已经装了的话，请扫描得更大更清楚些。",
        "The server reads them with youju[ocr] installed; if it is, scan them larger and sharper.",
    ),
    "skipped.ocr": ("图片要认字才能读", "pictures are read by OCR, which is not installed"),
    "skipped.ocr.hint": (
        "请在服务器上安装：pip install 'youju[ocr]'。",
        "Install it on the server: pip install 'youju[ocr]'.",
    ),
    "skipped.old": ("是 2007 年以前的格式", "it is of the format before 2007"),
    "skipped.old.hint": (
        "请另存为 .docx、.xlsx 或 .pptx 再上传。",
        "Save it as .docx, .xlsx or .pptx, and upload that.",
    ),
    "skipped.vertical": (
        "竖排的页面，文字次序不可靠",
        "it is set vertically, and its order is lost",
    ),
    "skipped.vertical.hint": ("引用时请对照原件。", "Check quotes against the file."),
    "skipped.formulas": (
        "有些公式没有存下结果",
        "some formulas are stored without their values",
    ),
    "skipped.formulas.hint": (
        "请用表格软件打开，另存后再上传。",
        "Open it in the program that made it, save it, and upload that.",
    ),
    "skipped.leftward": (
        "从右往左写的文字，次序不可靠",
        "it runs to the left, and its order is lost",
    ),
    "skipped.leftward.hint": ("引用时请对照原件。", "Check quotes against the file."),
    "skipped.nested": ("压缩包里还有压缩包", "it is a zip in a zip"),
    "skipped.nested.hint": ("请先解开外面的一层。", "Unpack the outer one, and upload that."),
    "skipped.slow": ("读了太久，没有读完", "it took too long to read"),
    "skipped.slow.hint": ("请拆成几份再上传。", "Split it, and upload the parts."),
    "skipped.crashed": ("读它的程序中途停了", "reading it ended the process that read it"),
    "skipped.crashed.hint": (
        "请打开后另存一份，或拆成几份再上传。",
        "Open it and save it again, or split it, and upload that.",
    ),
    "skipped.oversize": ("文件太大", "it is too large"),
    "skipped.oversize.hint": (
        "请拆成几份，或调高服务器的 YOUJU_UPLOAD_LIMIT_MB 再上传。",
        "Split it and upload the parts, or raise the server's YOUJU_UPLOAD_LIMIT_MB.",
    ),
    "skipped.format": ("读不了 {suffix} 这种格式", "files that end in {suffix} cannot be read"),
    "skipped.format.hint": ("能读的有：{suffixes}", "These can: {suffixes}"),
    "skipped.suffix": ("文件名没有后缀", "its name has no ending"),
    "skipped.suffix.hint": ("能读的有：{suffixes}", "These can be read: {suffixes}"),
    "skipped.name": ("这个文件名用不了", "its name cannot be used"),
    "skipped.name.hint": ("请改一个普通的文件名。", "Give it a plain file name."),
    "skipped.taken": (
        "已索引的文件夹里有同名文件",
        "a file of an indexed folder has this name",
    ),
    "skipped.taken.hint": ("请改名再上传。", "Upload it under another name."),
    "skipped.same": ("同时还有一个同名的", "there is another of this name"),
    "skipped.same.hint": ("请改名再上传。", "Upload it under another name."),
    "skipped.line": ("第 {line} 行读不了", "line {line} cannot be read"),
    "skipped.line.hint": (
        "每行应是一个带 id 和 text 的 JSON 对象。",
        "A line is a JSON object with an id and a text.",
    ),
    "skipped.more": ("；另有 {count} 处", "; and {count} more"),
    "library.and_hint": ("。", ". "),
    "library.too_few": ("请先选择文件。", "Choose a file first."),
    "reindex.title": ("重建索引", "Index again"),
    "reindex.hint": (
        "换了模型或怀疑检索有误时，按库里的文本重新切分和索引；其间照常作答。",
        "After a change of model, or when search seems wrong: splits and indexes the texts again. "
        "Answers go on meanwhile.",
    ),
    "reindex.start": ("开始重建", "Start"),
    "reindex.running": ("正在重建……", "Working…"),
    "reindex.step": ("正在重建：{done} / {total}", "Working: {done} of {total}"),
    "reindex.done": ("重建完成，共 {passages} 段。", "Done: {passages} [passage|passages]."),
    "reindex.failed": ("重建没有完成。{detail}", "It was not completed. {detail}"),
    # evaluation
    "eval.intro": (
        "用评测题量出来的质量：答得对不对，引得准不准，该拒答时拒不拒。",
        "Quality as measured with gold questions: right answers, right citations, right refusals.",
    ),
    "eval.none": (
        "还没有评测报告。运行下面的命令，报告就会出现在这里：",
        "No report yet. Run this:",
    ),
    "eval.reports": ("报告", "Reports"),
    "eval.html": ("完整报告（HTML）", "Full report (HTML)"),
    "eval.broken": ("{name} 读不出来。", "{name} cannot be read."),
    "eval.table": ("各类问题的指标", "Figures by type of question"),
    "eval.type": ("类型", "Type"),
    "eval.overall": ("总体", "overall"),
    "eval.control": ("对照", "control"),
    "eval.answer_correct": ("答对", "Answer correct"),
    "eval.citation_f1": ("引文 F1", "Citation F1"),
    "eval.citation_recall": ("引文召回", "Citation recall"),
    "eval.citation_precision": ("引文准确", "Citation precision"),
    "eval.evidence_recall@1": ("首位召回", "Recall at 1"),
    "eval.evidence_recall@5": ("前五召回", "Recall at 5"),
    "eval.quote_integrity": ("引文逐字", "Quote integrity"),
    "eval.over_refusal": ("误拒", "Over-refusal"),
    "eval.under_refusal": ("漏拒", "Under-refusal"),
    "eval.answer_chars": ("字数", "Characters"),
    "eval.latency_ms_p50": ("毫秒", "ms"),
    "eval.questions": ("逐题查看", "Question by question"),
    "eval.all": ("全部", "All"),
    "eval.weak": ("要看的 {count} 题", "{count} to look at"),
    "eval.every_type": ("所有类型", "Every type"),
    "eval.good": ("好", "good"),
    "eval.look": ("要看", "look"),
    "eval.ask": ("再问一遍", "Ask it again"),
    "eval.title": ("评测报告：{name}", "Evaluation: {name}"),
    "eval.count": ("{count} 题", "{count} [question|questions]"),
    "eval.control_is": (
        "对照：不作回答，只把检索到的第一段原样抄出。",
        "Control: no answering, the best passage copied as it stands.",
    ),
    "eval.plots": ("曲线", "Curves"),
    "eval.confidence": ("把握", "Confidence"),
    "eval.calibration": ("把握与对错", "Confidence and truth"),
    "eval.calibration_is": (
        "越近虚线越可信，平均相差 {error}。",
        "the nearer to the dashed line the better; {error} off on average.",
    ),
    "eval.refusals": ("误拒与漏拒", "Both wrong refusals"),
    "eval.refusals_is": (
        "门槛移动时两者如何消长，圆点是现在的门槛。",
        "as the threshold moves; the dot is where it is.",
    ),
    "eval.recalls": ("前 k 段含全部证据的比例，红线是总体", "Evidence recall at k; red is overall"),
    "eval.trend": (
        "同一套题历次报告的走势，红线是答对",
        "Reports on the same questions, over time; red is answers right",
    ),
    "eval.compared": ("与上一份报告相比", "Compared with the older report"),
    "eval.better": ("变好 {count} 题", "{count} better"),
    "eval.worse": ("变差 {count} 题", "{count} worse"),
    "eval.otherwise": ("答法变了 {count} 题", "{count} answered otherwise"),
    "eval.expected": ("应答：", "Expected: "),
    "eval.fault.refused": ("文中有答案，却拒答了。", "Refused although the articles answer it."),
    "eval.fault.answered": ("文中没有答案，却作了答。", "Answered although the articles do not."),
    "eval.fault.lacks": ("回答里没有“{what}”。", "The answer lacks “{what}”."),
    "eval.fault.not_found": ("没有检索到证据：{what}", "The evidence was not retrieved: {what}"),
    "eval.fault.not_cited": (
        "证据检索到了（到第 {rank} 段），没有引用：{what}",
        "The evidence was retrieved (by rank {rank}) and not cited: {what}",
    ),
    "eval.fault.beside": ("第 {what} 处引文不是证据。", "Citation {what} is not of the evidence."),
    "eval.no_question": ("没有这样的题。", "No such question."),
    # API
    "api.ask": ("提一个问题", "Ask a question"),
    "api.resume": ("接上断了的流", "Go on with a lost stream"),
    "api.stop": ("停止作答", "Stop an answer"),
    "api.list_conversations": ("列出对话", "List the conversations"),
    "api.rename_conversation": ("给对话改名", "Rename a conversation"),
    "api.delete_conversation": ("删除一段对话", "Delete a conversation"),
    "api.export_conversation": ("导出一段对话", "Export a conversation"),
    "api.give_feedback": ("评价一个回答", "Judge an answer"),
    "api.list_feedback": ("列出评价", "List the feedback"),
    "api.delete_feedback": ("撤回评价", "Take a judgement back"),
    "api.export_gold": ("导出评测题", "Export gold questions"),
    "api.read_reindex": ("重建到哪一步", "How far is indexing?"),
    "api.start_reindex": ("重建索引", "Index everything again"),
    "api.list_sources": ("列出来源", "List the sources"),
    "api.add_sources": ("添加文件", "Add files"),
    "api.read_source": ("读一份来源", "Read a source"),
    "api.delete_source": ("删除一份来源", "Delete a source"),
    "api.read_conversation": ("读一段对话", "Read a conversation"),
    "api.models": ("列出模型（OpenAI 协议）", "List the models (OpenAI's protocol)"),
    "api.chat_completions": ("对话（OpenAI 协议）", "Chat (OpenAI's protocol)"),
    "api.healthz": ("是否活着", "Is it alive?"),
    "api.readyz": ("能否作答", "Can it answer?"),
    "api.metrics": ("计数与时延", "Counters and latencies"),
    "docs.title": ("接口", "API"),
    "docs.intro": (
        "每个接口的参数与示例如下，机器可读的版本是",
        "Every path with its parameters and examples; for machines there is",
    ),
    "docs.parameters": ("参数", "Parameters"),
    "docs.body": ("请求", "Request"),
    "docs.responses": ("响应", "Responses"),
    "docs.required": ("必填", "required"),
    # errors
    "error.title": ("出了点问题", "Something went wrong"),
    "error.home": ("回到提问", "Back to asking"),
    "error.detail": ("详情", "Details"),
    "error.lost": (
        "连接断了，回答没有收完。请检查服务是否在运行，然后重试。",
        "The connection was lost before the answer was complete. "
        "Check that the server runs, then try again.",
    ),
    "error.internal": (
        "服务器出了意外。可以重试；若一再发生，请看服务器日志。",
        "The server had an accident. Try again; if it keeps happening, read the server's log.",
    ),
    "error.unauthorized": (
        "这台服务器要先登录。请重新打开本页并输入令牌。",
        "This server asks you to sign in. Open the page again and enter the token.",
    ),
    "sign_in.title": ("登录", "Sign in"),
    "sign_in.why": (
        "这台服务器别的机器也能访问，所以要一个令牌：第一次启动时打印过，也存在文库文件夹的 token 文件里。",
        "Other machines reach this server, too, so it asks for a token: it was printed at the first "
        "start and is kept in the file token in the library's folder.",
    ),
    "sign_in.token": ("令牌", "Token"),
    "sign_in.enter": ("登录", "Sign in"),
    "sign_in.wrong": ("令牌不对。", "That is not the token."),
    "sign_in.go_on": ("登录过了？直接打开", "Signed in already? Go on"),
    "error.not-found": ("这里没有这样一页。", "There is no such page."),
    "error.source-not-found": (
        "文库里没有这份来源，它可能已被删除。",
        "The library has no such source; it may have been deleted.",
    ),
    "error.conversation-not-found": (
        "没有这段对话。可以开始新的对话。",
        "There is no such conversation. Start a new one.",
    ),
    "error.invalid": (
        "问题需要 1 到 2000 个字，请改短或补全后再问。",
        "A question has 1 to 2000 characters; shorten or complete it and ask again.",
    ),
    "error.index-missing": (
        "文库还是空的。先到文库里添加文章。",
        "The library is empty. Add articles to it first.",
    ),
    "error.index-mismatch": (
        "文库是用另一种模型建的。请运行 youju index --rebuild。",
        "The library was built with another model. Run youju index --rebuild.",
    ),
    "error.library-busy": (
        "文库正在更新，请过一会儿再试。",
        "The library is being updated. Try again in a moment.",
    ),
    "error.not-ready": (
        "文库正在打开，请过几秒再问。",
        "The library is being opened. Ask again in a few seconds.",
    ),
    "error.generation-error": (
        "写回答时出了错，请重试。",
        "Writing the answer failed. Try again.",
    ),
    "error.generation-timeout": (
        "写回答用时过长，请重试或换个更具体的问法。",
        "Writing the answer took too long. Try again or ask more narrowly.",
    ),
    "error.unknown-scope": (
        "限定的来源里，有的不在库里。",
        "Some of the sources that the question is limited to are not here.",
    ),
    "error.source-error": ("文件读不出来。", "The file cannot be read."),
    "error.too-large": (
        "文件太大，请分开上传或选小一些的。",
        "The upload is too large; send fewer or smaller files.",
    ),
}
>>>>>>> formats

#: What the page's scripts say; every other word would only make the page heavier.
_SAID = {
    "answer": "searched cite stopped resuming copy copied copy_failed retry fold unfold full partial none",
    "library": "waiting sending indexing progress picked title too_few left_out not_in none_readable and_hint",
    "scope": "all some none count full empty page",
    "theme": "system light dark switch",
    "view": "label position loading",
}
_SAID_ALL = ("error.", "library.status.", "reindex.")
JS_KEYS = tuple(
    key
    for key in KEYS
    if key.startswith(_SAID_ALL)
    or key.partition(".")[2] in _SAID.get(key.partition(".")[0], "").split()
)


def translate(lang: str, key: str, **values: object) -> str:
    """The words for a key; raises KeyError for one that the catalogue lacks."""
    text = CATALOGUE[lang][key]
    return _numbered(text, values).format(**values) if values else text


def _numbered(text: str, values: Mapping[str, object]) -> str:
    """
    >>> _numbered("{count} [file|files]", {"count": 1})
    '{count} file'
    """
    return _NUMBER.sub(lambda m: m[1] + m[3 if str(values.get(m[2])) == "1" else 4], text)


def script_strings(lang: str) -> dict[str, str]:
    return {key: translate(lang, key) for key in JS_KEYS}
