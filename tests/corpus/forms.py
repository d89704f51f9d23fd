"""Every known way in which models write a file, as functions from a file to its text in an answer.

An answer is composed of these; what must come out is known because it is what went in. `NAMED_FENCES` take
the fence's opening and closing run, `TAGGED` need none, `INSIDE` name the file on the first line of its text.
"""

from collections.abc import Callable

LANGUAGES = {
    "py": "python",
    "js": "javascript",
    "jsx": "jsx",
    "ts": "typescript",
    "tsx": "tsx",
    "html": "html",
    "css": "css",
    "json": "json",
    "md": "markdown",
    "txt": "text",
    "yml": "yaml",
    "yaml": "yaml",
    "toml": "toml",
    "sql": "sql",
    "csv": "csv",
    "sh": "bash",
    "bat": "batch",
    "ini": "ini",
    "xml": "xml",
    "java": "java",
    "c": "c",
    "cpp": "cpp",
    "go": "go",
    "rs": "rust",
}


def language(path: str) -> str:
    """Return what a model writes after the backticks for ``path``."""
    return LANGUAGES.get(path.rpartition(".")[2], "")


Form = Callable[[str, str, str], str]
"""(path, text, fence) -> the file as a model writes it. The text ends with a line end or is empty."""


def before(line: str, *, gap: str = "\n", bare: bool = False) -> Form:
    """Return the form that has ``line`` before the fence; ``{}`` in it is the path."""

    def write(path: str, text: str, fence: str) -> str:
        info = "" if bare else language(path)
        return f"{line.replace('{}', path)}{gap}{fence}{info}\n{text}{fence}\n"

    return write


def info(template: str) -> Form:
    """Return the form with the name in the info string; ``{}`` is the path, ``@`` the language."""

    def write(path: str, text: str, fence: str) -> str:
        return (
            f"{fence}{template.replace('@', language(path) or 'text').replace('{}', path)}\n{text}{fence}\n"
        )

    return write


BEFORE = [
    "{}", "{}:", "{}：", "`{}`", "`{}`:", "**{}**", "**{}**:", "**{}:**", "**`{}`**", "**`{}`:**", "*{}*",
    "__{}__", "# {}", "## {}", "### {}", "#### {}", "###### {}", "### `{}`", "### `{}`:", "### **{}**",
    "### **`{}`**", "### {}:", "## {} ##", "1. {}", "1. `{}`", "1. **{}**", "1. **`{}`**:", "2) {}", "(3) {}",
    "### 1. {}", "### 1. `{}`", "#### 2. **{}**", "### 1) {}", "**1. {}**", "**1. `{}`**", "1、{}", "一、{}",
    "### 一、{}", "### 1.1 {}", "### 1.1. `{}`", "① {}", "- {}", "- {}:", "* `{}`", "- **{}**", "• {}",
    "+ {}", "[{}]", "[FILE: {}]", "[file: {}]", "[File] {}", "({})", "【{}】", "「{}」", "《{}》", '"{}"',
    "'{}'", "“{}”", "<{}>", "[{}]({})", "File: {}", "file: {}", "FILE: {}", "File: `{}`", "File: **{}**",
    "**File: {}**", "**File: `{}`**", "**File:** {}", "**File:** `{}`", "### File: {}", "### File: `{}`",
    "#### File: **{}**", "Filename: {}", "filename: {}", "Filename: `{}`", "**Filename:** `{}`",
    "File name: {}", "File path: {}", "**File path:** `{}`", "Path: {}", "path: {}", "path={}", "filename={}",
    "file={}", 'path="{}"', "File 1: {}", "### File 1: {}", "### File 2: `{}`", "**File 3: {}**", "Name: {}",
    "Title: {}", "### Code: {}", "## Rewrite Code: {}", "文件：{}", "文件: {}", "文件：`{}`", "文件：**{}**",
    "**文件：{}**", "**文件：** `{}`", "**文件**：`{}`", "### 文件：{}", "### 文件: `{}`", "文件名：{}",
    "文件名: {}", "文件名：`{}`", "**文件名：{}**", "**文件名**: `{}`", "## 文件名：{}", "文件路径：{}",
    "文件路径: `{}`", "路径：{}", "文件1：{}", "文件 1：{}", "### 文件 2：`{}`", "**文件一：{}**",
    "主程序：{}", "主文件：`{}`", "代码文件：{}", "第一个文件：{}", "第1个文件：`{}`", "第一步：{}",
    "### 步骤1：{}", "Step 1: {}", "### Step 2: `{}`", "### 步骤 2：创建 `{}`", "Step 3: Create `{}`",
    "### Step 1: Create {}", "创建 {}：", "创建 `{}`：", "创建文件 {}：", "创建文件：{}", "新建 `{}`：",
    "新建文件 `{}`，内容如下：", "保存为 {}：", "保存为：`{}`", "Create `{}`:", "Create {}:",
    "Create a file named `{}`:", "Create a new file called {}:", "Create file: {}", "**Create `{}`:**",
    "Add `{}`:", "Save as {}:", "Save this as `{}`:", "Here is `{}`:", "Here's the `{}` file:",
    "Here is the complete code for `{}`:", "下面是 `{}`：", "以下是 {} 的代码：", "这是 `{}` 的完整代码：",
    "`{}` 的代码如下：", "{} 内容如下：", "`{}` 文件：", "`{}` file:", "{} code:", "`{}` contents:",
    "**{}** 文件内容：", "{} 文件内容：", "### {}（主程序）", "### {} (主程序)", "### `{}` (main program)",
    "**{}**（入口）：", "### {} - 主程序", "### `{}` - Main entry", "### {} — the game",
    "`{}` - the entry point", "**{}**: the entry point", "`{}`: the main program", "- `{}`: the main program",
    "1. **{}** - main", "**`{}`** – entry", "### 📄 {}", "📄 `{}`", "📁 **{}**", "🐍 {}", "## 📝 文件：{}",
    "👉 {}", "### ✅ `{}`", "➡️ {}", "📄 **{}**：", "=== {} ===", "--- {} ---", "=== FILE: {} ===", "==== {}",
    "---- {} ----", "*** {} ***", "##### === {} ===", "// {}", "# ---- {} ----", "/* {} */", "<!-- {} -->",
    "-- {}", "# filename: {}", "// filepath: {}", "<!-- file: {} -->", "# 文件：{}", "<b>{}</b>",
    "<h3>{}</h3>", "<summary>{}</summary>", "<details><summary>{}</summary>", "<summary><b>{}</b></summary>",
    "<strong>{}</strong>", "> {}", "> **{}**", "**Filename**: {}", "**Path**: `{}`", "- [ ] {}", "{}\n---",
    "### {}\n---", "{}\n=====", "→ {}", "▶ {}", "**`{}`** (new file)", "`{}` (新建)", "{} (new)", "**[{}]**",
    "### [{}]", "File - {}", "文件 - {}", "##{}", "###{}", "**文件 1: `{}`**", "##### {}",
    "Put this in `{}`:", "Next, `{}`:", "Copy the following code into `{}`:",
    "Save the following as `{}` and run it:", "将以下代码保存为 `{}`：",
    "把下面的代码保存为 `{}`，然后运行：", "在 `{}` 中写入以下代码：", "接下来是 `{}`：",
    "最后是主程序 `{}`：", "## 一、后端代码 `{}`", "### 修改后的 `{}`", "**迷宫求解 `{}`：**",
    "1. 建表语句 `{}`：", "【文件】{}", "_{}_", "抱歉，上面写错了，下面是正确的 `{}`：",
]  # fmt: skip
GAPS = ["\n", "\n\n", "\n\n\n", ":\n\n"[1:]]
INFO = [
    "{}", "@ {}", "@:{}", "@ path={}", '@ path="{}"', "@ path='{}'", '@ title="{}"', "@ title={}",
    "@ title='{}'", '@ filename="{}"', "@ filename={}", "@ filename='{}'", '@ file="{}"', "@ file={}",
    "@ file: {}", "@ filename: {}", "@ path: {}", "@ name={}", '@ name="{}"', '{.@ filename="{}"}',
    '@ {filename="{}"}', '@ {title="{}"}', "@ {{}}", "@ [{}]", "@ ({})", "@ // {}", "@ # {}", "@ - {}",
    "@ | {}", " @ {}", "@  {}", "path={}", 'file="{}"', "file:{}", "file: {}", "filename={}", "@ filepath={}",
    '@ filePath="{}"', "@ file_path={}", "@:path={}"[0:0] or "@ {} ", '@ title="{}" linenums="1"',
    '@ showLineNumbers title="{}"', "@ {} {1,3-4}", '@ "{}"', "@ `{}`"[0:0] or "@ '{}'",
    "@,{}"[0:0] or "@ **{}**", "@ label={}", '@ caption="{}"', "@ <!-- {} -->", "@ 文件：{}",
    "@ 文件名={}"[0:0] or "@ 文件名: {}", "@|{}", "@;{}", "@,{}", '@ 文件名="{}"', "@::{}", "@ create {}",
]  # fmt: skip
COMMENTS = {
    "py": ["# {}", "# filename: {}", "# File: {}", "# file: {}", "# path: {}", "# path={}", "## {}", "#{}",
           "# === {} ===", "# ---- {} ----", '"""{}"""', "'''{}'''", "# 文件：{}", "# 文件名: {}",
           "# {} - 主程序", "# {}: entry", "# {}（主程序）", "# `{}`", "# filepath: {}",
           "# -*- coding: utf-8 -*-\n# {}", "#!/usr/bin/env python3\n# {}", "# FILE: {}", "# File name: {}",
           "# {} #", '"""\n{}\n"""', '"""\n{} - 主程序'],
    "js": ["// {}", "// filename: {}", "// File: {}", "/* {} */", "// path={}", "// filepath: {}",
        "/** {} */", "//{}", "// === {} ===", "// {} - entry", "'use strict';\n// {}", "/**\n * {}\n */",
        "/*\n * {} - entry\n */"],
    "ts": ["// {}", "// filepath: {}"],
    "tsx": ["// {}", "{/* {} */}"],
    "html": ["<!-- {} -->", "<!-- filename: {} -->", "<!-- filepath: {} -->", "<!--{}-->",
        "<!DOCTYPE html>\n<!-- {} -->", "<!-- File: {} -->", "<!-- 文件：{} -->"],
    "css": ["/* {} */", "/* filename: {} */", "/* File: {} */", "/*{}*/", "/* === {} === */"],
    "sql": ["-- {}", "-- filename: {}", "/* {} */"],
    "yml": ["# {}", "# filename: {}"],
    "toml": ["# {}"],
    "ini": ["; {}", "# {}"],
    "txt": ["# {}"],
    "sh": ["# {}", "#!/bin/bash\n# {}", "# filename: {}"],
    "bat": ["REM {}", ":: {}", "@rem {}"],
    "java": ["// {}"],
    "c": ["// {}", "/* {} */"],
    "go": ["// {}"],
    "rs": ["// {}"],
    "md": ["<!-- {} -->", "# {}"],
    "xml": ["<!-- {} -->"],
}  # fmt: skip
"""Naming comments; they may stay in the text."""
DROPPED = ["path={}", "filename: {}", "path: {}", "filename={}", "file={}", "file: {}", "%%writefile {}"]
"""Naming lines of no language; they must not stay."""

TAGS = [
    ('<file path="{}">', "</file>"), ("<file path='{}'>", "</file>"), ("<file path={}>", "</file>"),
    ('<file name="{}">', "</file>"), ('<FILE PATH="{}">', "</FILE>"), ('<file filename="{}">', "</file>"),
    ('<file file="{}">', "</file>"), ('<file  path = "{}" >', "</file>"),
    ('<file path="{}" language="x">', "</file>"), ('<file type="code" path="{}">', "</file>"),
    ('<file src="{}">', "</file>"), ("<file:{}>", "</file>"), ("<file={}>", "</file>"),
    ("<file {}>", "</file>"), ('<boltAction type="file" filePath="{}">', "</boltAction>"),
     ('<boltAction filePath="{}" type="file">', "</boltAction>"),
      ('<boltArtifact id="a" title="T"><boltAction type="file" filePath="{}">',
       "</boltAction></boltArtifact>"), (('<boltArtifact id="a" title="T">\n'
        '  <boltAction type="file" filePath="{}">'), "</boltAction>\n</boltArtifact>"),
    ('<dyad-write path="{}" description="a thing">', "</dyad-write>"),
    ('<lov-write file_path="{}">', "</lov-write>"), ('<create_file path="{}">', "</create_file>"),
    ('<write_file path="{}">', "</write_file>"), ('<code file="{}">', "</code>"),
    ('<code path="{}">', "</code>"), ('<code_file name="{}">', "</code_file>"),
     ('<new_file path="{}">', "</new_file>"), ('<document path="{}">', "</document>"),
      ('<artifact path="{}">', "</artifact>"), (('<antArtifact identifier="x" '
        'type="application/vnd.ant.code" title="{}">'), "</antArtifact>"),
    ('<source_file path="{}">', "</source_file>"), ("<file><path>{}</path><content>", "</content></file>"),
    ("<file>\n<path>{}</path>\n<content>", "</content>\n</file>"),
    ("<file>\n  <name>{}</name>\n  <content>", "</content>\n</file>"),
    ("<write_to_file>\n<path>{}</path>\n<content>", "</content>\n</write_to_file>"),
    ("<file>\n<filename>{}</filename>\n<code>", "</code>\n</file>"),
    ("<create_file>\n<file_path>{}</file_path>\n<content>", "</content>\n</create_file>"),
    ('<file path="{}">\n<content>', "</content>\n</file>"), ('<file path="{}"><![CDATA[', "]]></file>"),
    ('<file path="{}">\n<![CDATA[', "]]>\n</file>"),
    ("<file><path>{}</path><content><![CDATA[", "]]></content></file>"),
]  # fmt: skip
