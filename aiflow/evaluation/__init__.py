"""Measures an engine: makes each request of a set in the real pipeline and judges the program by running it.

A set is a folder of TOML files, one for each request; the file's name is the request's id. ``requests`` (40)
and ``changes`` (20) are included, in ``sets``.

    request = "输入两个正整数，打印它们的最大公约数"   # the sentence
    kind = "algorithm"          # game, tool, data, algorithm
    language = "zh"             # zh, en: the sentence's
    detail = "exact"            # vague: it leaves open how the program looks and talks
    half = "tuning"             # prompts may be tuned on it; held_out (default): they may not
    project = "projects/bank"   # a change: the folder of the program, beside the file; or: lesson = "quiz"
    files = { "data.csv" = "…" }   # these lie beside the program when it is judged

    [[check]]                   # each must pass; that the program starts is always checked
    kind = "console"
    title = "12 和 18：6"        # for the report
    steps = ["12", "18"]
    numbers = [6]

A program starts if it ends without an error, waits for input, or shows a picture within three seconds. The
kinds of further checks, each with ``files`` of its own if needed:

console
    ``steps``: the typed lines; a step ``{choose = ["添加", "add"]}`` types the label of that menu entry.
    ``answers``: ``{to = ["电话"], say = "110"}``: a question with one of these words gets this line, in place
    of the next step. Expected of the output behind the first line (``all = true``: the whole output):
    ``contains`` and ``lacks`` (an item is a text, or a list of alternatives; case, full width and blanks are
    ignored), ``numbers`` (in this order, others may be between them; ``within`` is the tolerance), ``ends``
    (the program ends by itself), ``seconds`` (it takes at least so long). An error fails the check, except
    that the input has ended (``may_fail = true`` allows any). ``seed`` is that of ``random``.
window
    A pygame program is played. ``keys``: ``{at, key}`` or ``{at, click = [x, y]}`` (shares of the window),
    with ``every`` and ``until`` for a series, ``held`` for a longer press; ``key`` may be a list that a
    series repeats. ``variants``: several such lists, of which one must do (arrows, or WASD). ``begin``: how
    the game may begin: ``""``, ``click``, or a key, tried in this order. ``time``: how long.
    ``expect``: ``draws`` (more than one colour), ``moves`` (the picture changes without keys), ``still`` (it
    does not), ``reacts`` (with the keys it differs from a run without), ``grows`` (a drawn number becomes
    greater).
    ``reach``: a number at least so great is drawn. ``words``: drawn texts, or captions.
function
    ``names``: a function may have one of these names, or any other if it passes all ``cases``:
    ``{args = [[3, 1]], result = [1, 3]}`` or ``{args = [0], raises = true}``.
files
    As console; then ``made``: ``{path = "*.txt", contains, lacks, lines}``, files that it has written.
constructs
    ``names``: constructs that no file may have: ``call:sorted``, ``import:numpy``, ``lambda``, ``recursion``.
    ``required``: those that it must have; a list is a choice.
code
    ``code``: Python with ``talk``, ``play``, ``Press``, ``find_function``, ``call``, ``has``,
    ``numbers_in``, ``menu_label`` … of ``aiflow.languages.python.judging``; a failed ``assert`` is the
    verdict.
any
    ``[[check]]`` with ``[[check.any]]`` tables: one of them must pass.

A check must pass for every correct design: prefer what is asked for to how it is worded. Validate it with a
correct program and with wrong ones: ``python -m tests.benchmarks eval_checks`` does so for the included sets.

All checks run in the sandbox, with simulated time and seeded chance.
"""
