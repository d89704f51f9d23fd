"""Which file endings and which fence languages there are, and which of them go together.

The languages of ``aiflow.languages`` bring their own; the table has the others that models write.
"""

from aiflow.model.language_facts import language_facts


def words(text: str) -> frozenset[str]:
    """Return the words of ``text``."""
    return frozenset(text.split())


# Fence language -> the endings that its files have. A name without an ending in this table is known to
# `is_known`.
_LANGUAGES = {
    "javascript js node mjs cjs": "js mjs cjs jsx",
    "jsx react": "jsx js",
    "typescript ts": "ts mts cts tsx",
    "tsx": "tsx ts",
    "html htm xhtml html5 jinja jinja2 django": "html htm xhtml j2 jinja jinja2 tmpl",
    "css": "css",
    "scss sass less": "scss sass less",
    "json jsonc json5": "json jsonc json5 ipynb webmanifest geojson",
    "yaml yml": "yaml yml",
    "toml": "toml lock",
    "ini cfg conf properties dotenv env": "ini cfg conf properties env",
    "xml svg": "xml svg xsd xsl plist",
    "markdown md mdx": "md markdown mdx",
    "rst": "rst",
    "text txt plaintext plain": "txt log text md csv",
    "csv tsv": "csv tsv",
    "sql sqlite mysql postgresql": "sql",
    "bash sh shell zsh console terminal shellscript shell-session fish": "sh bash zsh fish command",
    "powershell ps1 pwsh": "ps1 psm1",
    "bat batch cmd dos": "bat cmd",
    "java": "java",
    "kotlin kt": "kt kts",
    "c h": "c h",
    "cpp c++ cc cxx": "cpp cc cxx hpp hh h",
    "csharp cs c#": "cs csx",
    "go golang": "go mod",
    "rust rs": "rs",
    "ruby rb": "rb",
    "php": "php",
    "swift": "swift",
    "scala": "scala",
    "dart": "dart",
    "lua": "lua",
    "perl pl": "pl pm",
    "r": "r rmd",
    "julia jl": "jl",
    "haskell hs": "hs",
    "elixir ex": "ex exs",
    "vue": "vue",
    "svelte": "svelte",
    "astro": "astro",
    "graphql gql": "graphql gql",
    "protobuf proto": "proto",
    "dockerfile docker": "dockerfile",
    "makefile make": "mk makefile",
    "cmake": "cmake",
    "terraform hcl": "tf hcl tfvars",
    "latex tex": "tex bib",
    "matlab octave": "m",
    "objectivec objc": "m mm",
    "groovy gradle": "groovy gradle",
    "mermaid": "mmd mermaid",
    "diff patch": "diff patch",
    "glsl": "glsl vert frag",
    "zig": "zig",
    "nim": "nim",
    "clojure": "clj cljs edn",
    "erlang": "erl",
    "ocaml": "ml mli",
    "fsharp": "fs fsx",
    "vb": "vb bas",
    "asm": "asm s",
    "pascal": "pas",
    "solidity": "sol",
    "prisma": "prisma",
    "gdscript": "gd",
}
# Known as endings of files only: the language of a block tells nothing about them.
_MORE_ENDINGS = (
    "gitignore gitattributes editorconfig dockerignore npmrc example sample template dist map tcl el "
    "lisp scm rkt "
    "tres tscn csproj sln vbproj wxml wxss wxs ejs hbs pug njk erb haml styl coffee in desktop "
    "service spec po pot "
    "srt vtt tsv dat data pem crt http rest ics tape nix bzl bazel sum work snap test cu cuh wgsl "
    "hlsl shader ui qml "
    "qss kv pyx pxd ahk applescript vbs reg inf manifest sass"
)

ENDINGS_OF: dict[str, frozenset[str]] = {
    language: frozenset(endings.split())
    for names, endings in _LANGUAGES.items()
    for language in names.split()
} | {tag: facts.endings for facts in language_facts() for tag in (facts.name, *facts.tags)}
# In files of these endings a string in triple quotes spans lines, and a fence in it is text of the program.
TRIPLE_QUOTED = frozenset[str]().union(*(facts.endings for facts in language_facts() if facts.triple_quotes))
KNOWN_ENDINGS = words(_MORE_ENDINGS).union(*ENDINGS_OF.values())
# Names without an ending, or with nothing else: only a list tells them from ordinary words.
KNOWN_NAMES = words(
    "makefile dockerfile license licence readme procfile gemfile rakefile pipfile vagrantfile jenkinsfile "
    "changelog notice authors contributing gnumakefile brewfile justfile caddyfile containerfile "
    "codeowners cname .gitignore .env .dockerignore .gitattributes .editorconfig .eslintrc .prettierrc "
    ".babelrc .npmrc .nvmrc .flake8 .pylintrc .bashrc .zshrc .vimrc .htaccess .python-version "
    ".prettierignore .eslintignore .gitkeep .stylelintrc .env.example .env.local"
)
# Blocks of these languages show commands and what they print; a name near them is talked about, not given.
SHELLS = words(
    "bash sh shell zsh console terminal shellscript shell-session fish powershell ps1 pwsh bat batch cmd dos"
)
SHOWN = words("output stdout log diff patch mermaid plantuml tree result traceback pycon")
# Languages of source text, which a command never is.
_SOURCE = words(
    "js jsx ts tsx mjs cjs html htm css scss json java kt c h cpp hpp cs go rs rb php swift vue "
    "svelte md markdown sql ipynb dart lua xml svg"
).union(*(facts.endings for facts in language_facts()))
# Languages in which `path: x` on the first line is data and not a name.
DATA = words("yaml yml toml ini cfg conf properties env dotenv json jsonc json5 csv tsv")
MARKDOWN = frozenset({"md", "markdown", "mdx"})


def ending_of(path: str) -> str:
    """Return the ending of the last name in ``path``, lower case, without its dot.

    A dot file has its name as ending.
    """
    # The path is not checked yet, and models that write for Windows use backslashes.
    name = path.replace("\\", "/").rpartition("/")[2]
    stem, dot, ending = name.rpartition(".")
    if not dot:
        return name.lower() if name.lower() in KNOWN_NAMES else ""
    return ending.lower() if stem or ending else ""


def fits(language: str, path: str) -> bool:
    """Return whether a block of ``language`` can be the text of ``path``.

    Known language, one of its endings.
    """
    return ending_of(path) in ENDINGS_OF.get(language, frozenset())


def is_source(path: str) -> bool:
    """Return whether ``path`` is a source text in a language of its own."""
    return ending_of(path) in _SOURCE


def only_shown(language: str, path: str) -> bool:
    """Return whether a block of ``language`` named ``path`` shows commands or output, not the file."""
    if language in SHOWN:
        # A block named output.txt or debug.log is that file, although its language says "output".
        return not fits(language, path) and ending_of(path) not in {"txt", "log"}
    return language in SHELLS and ending_of(path) in _SOURCE


def is_markdown(language: str, path: str | None) -> bool:
    """Return whether the text can hold fences of its own."""
    if path is None:
        return language in MARKDOWN
    # A README without an ending is Markdown by custom; its own blocks must not cut it.
    name = path.rpartition("/")[2].lower()
    return (
        ending_of(path) in MARKDOWN
        or name == "readme"
        or (language in MARKDOWN and ending_of(path) in {"", "txt"})
    )
