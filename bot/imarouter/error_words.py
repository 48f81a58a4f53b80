"""Which words of an error are its sender's own, and which of them tell of a source that was not fetched."""

from __future__ import annotations

import re

_STRUCTURE = re.compile(r"\{\s*(['\"])\w+\1\s*:")
"""JSON that was cut short or a Python dictionary: there every word is in quotation marks."""

_ONE_WORD = re.compile(r"[\w.:-]+", re.ASCII)
"""A code that is named in quotation marks."""

_QUOTED = re.compile(
    r"""(?<!\w)'([^']*(?:(?<=\w)'(?=\w)[^']*)*)'(?!\w) | "([^"]*)" """
    r""" | [“「『]([^“「『”」』]*)[”」』] | ‘([^‘’]*)’(?!\w)""",
    re.VERBOSE,
)

_PROMPT = re.compile(
    r"(?<=\bprompt\b)((?!\bprompt\b)[^.!?\n])*?(?=\b(was |is )?rejected by (the|our) safety system)",
    re.IGNORECASE,
)
"""A prompt that is repeated without quotation marks."""

_WARNING = re.compile(
    r"(?<![^。，,；;])((?![^。，,；;]{0,40}已)[^。，,；;]{0,40}?)"
    r"(将|可能|会(?![员话])|否则|以免|避免|防止)[^。，,；;]{0,20}?(封禁|封停|禁用|停用|冻结)"
)
"""What may be done to an account some day: 将被封禁 (will be banned) is said when words are refused. Of such
a clause only the beginning is kept."""


def own_words(text: str) -> str:
    """``text`` without what it quotes of the asker's words and without warnings of what may yet happen, as
    neither says what went wrong (provider reference 6)."""
    if not _STRUCTURE.search(text):
        text = _QUOTED.sub(_unless_a_code, text)
    return _WARNING.sub(r"\1", _PROMPT.sub(" … ", text))


def _unless_a_code(quoted: re.Match[str]) -> str:
    words = next((group for group in quoted.groups() if group is not None), "")
    return words if _ONE_WORD.fullmatch(words) else "…"


_FETCH = "(download|fetch|retrieve)"
_FETCHING = "(download|fetch|retriev)ing"
_PICTURE = r"(the |of )*((input|source|reference|provided|given) )?(image|picture|source|mask|url|file)"
_COULD_NOT = "(could not|couldn't|cannot|can't|failed to|was unable to)"
_CHINESE_PICTURE = "(图片|图像|原图|参考图|文件)(链接|地址|内容|数据|资源)?"

_OF_A_RESULT = re.compile(
    rf"{_FETCH}(ing|ed)? (the |of |a )*(upstream |final )?(tasks?|results?|response|generated|output)\b"
    rf"|\b(results?|generated|output)( (image|picture|file|url))?s? [^.!?]{{0,20}}?{_FETCH}",
    re.IGNORECASE,
)

_NOT_FETCHED = re.compile(
    "|".join(
        (
            r"\bwget\b", "argument list too long", "invalid_image_url", "download failed",
            rf"{_FETCH}(ing)? {_PICTURE}",
            rf"({_COULD_NOT}|failure to|(un|not )able to) {_FETCH}\b(?!_)",
            rf"(time-?out|timed out|error|failure|problem)( occurred)? (while|when|during) {_FETCHING}",
            rf"\b(image|picture|source|mask|url|file)s?( url)? {_COULD_NOT} be {_FETCH}(ed|d)",
            f"(下载|获取|拉取|抓取)(输入|参考|源|原始)?{_CHINESE_PICTURE}(失败|超时|出错|错误)",
            f"{_CHINESE_PICTURE}(下载|获取|拉取|抓取)(失败|超时|出错|错误)",
            f"(无法|不能)(下载|获取|拉取|抓取|访问)(输入|参考|源|原始)?{_CHINESE_PICTURE}",
        )
    ),
    re.IGNORECASE,
)  # fmt: skip


def tells_of_a_source(text: str) -> bool:
    """Whether ``text`` says that the provider could not fetch a picture to edit, perhaps as raw shell text of
    its server; a result that it could not fetch is none (provider reference 6). Believe it of edits only."""
    return _NOT_FETCHED.search(_OF_A_RESULT.sub("", own_words(text))) is not None
