"""Sentences that hand over a file, as patterns: "将以下代码保存为 `main.py`：", "### 模块一：设置（config.py）".

Only sentences that give the whole file are here. "打开 `main.py`，加上：" and "In `main.py`, add:" show a piece of it.
"""

import re

_PATH = r"[`\"“*]{0,3}(?P<path>[^\s`\"“”*，。：:；()（）]{2,200})[`\"”*]{0,3}"
_END = r"\s*[:：]?$"
_SAVED = r"(?:保存|另存|写入|存|复制|放)"

SENTENCES = (
    re.compile(
        rf"^第\s*(?:\d{{1,3}}|[一二三四五六七八九十]{{1,3}})\s*[个個](?:文件|檔案)(?:是|为)?\s*{_PATH}{_END}"
    ),
    re.compile(
        rf"^(?:请)?[将把](?:以下|下面|下列|这段)的?(?:全部|完整)?(?:代码|内容|程序){_SAVED}(?:为|到|成|进|在)\s*{_PATH}"
        rf"\s*(?:文件)?\s*[中里]?{_END}"
    ),
    re.compile(
        rf"^(?:请)?(?:新建|创建|建立)(?:一个)?(?:名为|叫做?)\s*{_PATH}\s*的?(?:新?文件)?"
        rf"[，,]?\s*(?:并|然后)?(?:写入|输入|粘贴|填入|内容|代码)(?:以下|下面|如下|为)?的?(?:代码|内容)?{_END}"
    ),
    re.compile(rf"^(?:以下是|下面是|这是)?(?:完整|全部|最终)的?\s*{_PATH}{_END}"),
    re.compile(rf"^save (?:the following|this|it)(?: [a-z]+){{0,6}}? as {_PATH}{_END}", re.I),
    re.compile(
        rf"^(?:and |next, |finally, )?here(?:'|’)?(?:s| is) {_PATH}, (?:which|our|the) [^`]{{1,80}}:$", re.I
    ),
)
"""What the whole line says, without the marks of a heading or a list."""

TITLES = (
    re.compile(rf"^(?P<title>[^()（）`]{{1,40}})[(（]\s*{_PATH}\s*[)）]{_END}"),
    re.compile(rf"^(?P<title>[^()（）`]{{1,40}}?)\s[-–—]{{1,2}}\s{_PATH}{_END}"),
)
"""What a heading says: what the file is for, then its name."""

NOT_A_TITLE = re.compile(
    r"修改|更改|运行|启动|打开|编辑|更新|执行|测试|调试|示例|用法|使用|片段|输出|"
    r"\b(?:run|edit|modify|change|update|usage|using|how|example|test|fix|output|snippet)",
    re.I,
)
"""Such a heading is about the file: what follows is a piece of it, or a command."""
